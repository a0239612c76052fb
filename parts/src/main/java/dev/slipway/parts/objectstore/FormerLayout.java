package dev.slipway.parts.objectstore;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Moves the objects of a data folder of an earlier build, whose files had the keys as their names, to where {@link ObjectNames} says. Each
 * file is renamed by itself; a move that was interrupted goes on at the next start. Uploads in parts that had not ended are dropped. Keys
 * are the bytes of the names, whatever the locale. What has no key, or one that has an object already, is told before anything is moved.
 */
final class FormerLayout {

    private static final Logger LOG = LoggerFactory.getLogger(FormerLayout.class);
    private static final String MARKS_AN_OBJECT = "user.content-md5";
    private static final int SHOWN = 5;

    private FormerLayout() {}

    /**
     * Does nothing if there is no such folder.
     *
     * @throws IOException if a file cannot be moved; nothing is moved if it is known beforehand
     */
    static void move(Path former, Path root) throws IOException {
        if (!Files.isDirectory(former)) {
            return;
        }
        Check check = new Check(root);
        walk(former, check);
        check.failIfAny();
        Mover mover = new Mover(root);
        walk(former, mover);
        try {
            Files.delete(former);
        } catch (DirectoryNotEmptyException unexpected) {
            throw new IOException("'%s' contains files that belong to no bucket: remove them".formatted(former));
        }
        LOG.info("part=objects moved {} objects from '{}' to '{}'", mover.moved, former, root);
    }

    private static void walk(Path former, Visitor visitor) throws IOException {
        try (DirectoryStream<Path> buckets = Files.newDirectoryStream(former, Files::isDirectory)) {
            for (Path bucket : buckets) {
                visitor.bucket = bucket;
                visitor.begin();
                Files.walkFileTree(bucket, visitor);
            }
        }
    }

    /** Goes over the files and the folders that are objects. */
    private abstract static class Visitor extends SimpleFileVisitor<Path> {

        private final Path root;
        private Path bucket = Path.of("");

        Visitor(Path root) {
            this.root = root;
        }

        abstract void begin() throws IOException;

        /** @param written the key in the form of an address, its bytes escaped by percent signs */
        abstract void object(Path file, String written) throws IOException;

        /** @param view its attributes are those of the object */
        abstract void folder(Path folder, String written, UserDefinedFileAttributeView view) throws IOException;

        abstract void unfinished(Path file) throws IOException;

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            String written = written(file);
            if (written.startsWith(".mpus-")) {
                unfinished(file);
            } else {
                object(file, written);
            }
            return FileVisitResult.CONTINUE;
        }

        /** A folder was an object as well if someone had put the key with a slash at its end. */
        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
            if (folder.equals(bucket)) {
                return FileVisitResult.CONTINUE;
            }
            UserDefinedFileAttributeView view = Files.getFileAttributeView(folder, UserDefinedFileAttributeView.class);
            if (view != null && view.list().contains(MARKS_AN_OBJECT)) {
                String written = written(folder);
                folder(folder, written.equals(".s3proxy-slash/") ? "/" : written, view);
            }
            return FileVisitResult.CONTINUE;
        }

        /** The text of a path is decoded as the locale says, and so the same for different names; its address is not. */
        private String written(Path path) {
            String address = path.toUri().getRawPath();
            return address.substring(bucket.toUri().getRawPath().length());
        }

        Path bucket() {
            return root.resolve(Objects.requireNonNull(bucket.getFileName()));
        }

        Path target(String written) {
            return bucket().resolve(ObjectNames.ofObject(bytes(written)));
        }
    }

    private static byte[] bytes(String written) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(written.length());
        for (int i = 0; i < written.length(); i++) {
            char each = written.charAt(i);
            if (each == '%') {
                bytes.write(Integer.parseInt(written, i + 1, i + 3, 16));
                i += 2;
            } else {
                bytes.write(each);
            }
        }
        return bytes.toByteArray();
    }

    /** Finds what cannot be moved. */
    private static final class Check extends Visitor {

        private final List<String> problems = new ArrayList<>();
        private long found;

        Check(Path root) {
            super(root);
        }

        @Override
        void begin() {}

        @Override
        void object(Path file, String written) {
            String problem = problem(written);
            if (problem != null) {
                add(file, problem);
            } else if (Files.exists(target(written), LinkOption.NOFOLLOW_LINKS)) {
                add(file, "its object is in '%s' already".formatted(target(written)));
            }
        }

        @Override
        void folder(Path folder, String written, UserDefinedFileAttributeView view) throws IOException {
            String problem = problem(written);
            if (problem != null) {
                add(folder, problem);
                return;
            }
            // An empty one may come from a move that was interrupted.
            Path target = target(written);
            if (Files.exists(target, LinkOption.NOFOLLOW_LINKS) && Files.size(target) > 0) {
                add(folder, "its object is in '%s' already".formatted(target));
            }
        }

        @Override
        void unfinished(Path file) {}

        private static @Nullable String problem(String written) {
            try {
                ObjectNames.bytes(StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(bytes(written)))
                        .toString());
                return null;
            } catch (CharacterCodingException e) {
                return "its name is not UTF-8";
            } catch (S3Exception e) {
                return e.awsErrorDetails().errorMessage();
            }
        }

        private void add(Path file, String problem) {
            found++;
            if (problems.size() < SHOWN) {
                problems.add("'%s': %s".formatted(file.toUri().getRawPath(), problem));
            }
        }

        void failIfAny() throws IOException {
            if (found > 0) {
                throw new IOException(
                        "%d of them have no place; rename or remove them and start again (%%XX stands for one byte): %s%s"
                                .formatted(found, String.join("; ", problems), found > problems.size() ? "; …" : ""));
            }
        }
    }

    private static final class Mover extends Visitor {

        private int moved;

        Mover(Path root) {
            super(root);
        }

        @Override
        void begin() throws IOException {
            Files.createDirectories(bucket());
        }

        @Override
        void object(Path file, String written) throws IOException {
            Path target = target(written);
            Files.createDirectories(Objects.requireNonNull(target.getParent()));
            Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
            moved++;
        }

        @Override
        void folder(Path folder, String written, UserDefinedFileAttributeView view) throws IOException {
            Path target = target(written);
            Files.createDirectories(Objects.requireNonNull(target.getParent()));
            if (Files.notExists(target)) {
                Files.createFile(target);
            }
            UserDefinedFileAttributeView copy = Files.getFileAttributeView(target, UserDefinedFileAttributeView.class);
            for (String name : view.list()) {
                ByteBuffer value = ByteBuffer.allocate(view.size(name));
                view.read(name, value);
                copy.write(name, value.flip());
            }
            moved++;
        }

        @Override
        void unfinished(Path file) throws IOException {
            Files.delete(file);
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e) throws IOException {
            if (e != null) {
                throw e;
            }
            Files.delete(folder);
            return FileVisitResult.CONTINUE;
        }
    }
}
