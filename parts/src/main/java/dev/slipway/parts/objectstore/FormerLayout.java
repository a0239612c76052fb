package dev.slipway.parts.objectstore;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves the objects of a data folder of an earlier build, whose files had the keys as their names, to where {@link ObjectNames} says. Each
 * file is renamed by itself; a move that was interrupted goes on at the next start. Uploads in parts that had not ended are dropped.
 */
final class FormerLayout {

    private static final Logger LOG = LoggerFactory.getLogger(FormerLayout.class);
    private static final String MARKS_AN_OBJECT = "user.content-md5";

    private FormerLayout() {}

    /** Does nothing if there is no such folder. */
    static void move(Path former, Path root) throws IOException {
        if (!Files.isDirectory(former)) {
            return;
        }
        Mover mover = new Mover(root);
        try (DirectoryStream<Path> buckets = Files.newDirectoryStream(former, Files::isDirectory)) {
            for (Path bucket : buckets) {
                Files.createDirectories(root.resolve(bucket.getFileName().toString()));
                mover.bucket = bucket;
                Files.walkFileTree(bucket, mover);
            }
        }
        try {
            Files.delete(former);
        } catch (DirectoryNotEmptyException unexpected) {
            throw new IOException("'%s' contains files that belong to no bucket: remove them".formatted(former));
        }
        LOG.info("part=objects moved {} objects from '{}' to '{}'", mover.moved, former, root);
    }

    private static final class Mover extends SimpleFileVisitor<Path> {

        private final Path root;
        private Path bucket = Path.of("");
        private int moved;

        Mover(Path root) {
            this.root = root;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            String key = bucket.relativize(file).toString();
            if (key.startsWith(".mpus-")) {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }
            Path target = target(key);
            Files.createDirectories(Objects.requireNonNull(target.getParent()));
            Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
            moved++;
            return FileVisitResult.CONTINUE;
        }

        /** A folder was an object as well if someone had put the key with a slash at its end. */
        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
            if (folder.equals(bucket)) {
                return FileVisitResult.CONTINUE;
            }
            UserDefinedFileAttributeView view = Files.getFileAttributeView(folder, UserDefinedFileAttributeView.class);
            if (view == null || !view.list().contains(MARKS_AN_OBJECT)) {
                return FileVisitResult.CONTINUE;
            }
            String key = bucket.relativize(folder) + "/";
            Path target = target(key.equals(".s3proxy-slash/") ? "/" : key);
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
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e) throws IOException {
            if (e != null) {
                throw e;
            }
            Files.delete(folder);
            return FileVisitResult.CONTINUE;
        }

        private Path target(String key) {
            return root.resolve(Objects.requireNonNull(bucket.getFileName()).toString())
                    .resolve(ObjectNames.ofObject(key.getBytes(StandardCharsets.UTF_8)));
        }
    }
}
