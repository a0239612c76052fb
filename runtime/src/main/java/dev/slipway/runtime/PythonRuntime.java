package dev.slipway.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * The Python runtime in a folder of this machine: the server that hosts a model package, and the shim beside each instance.
 *
 * @param root the folder that holds both; its name is the digest of its content, so it never changes
 */
public record PythonRuntime(Path root) {

    private static final String RESOURCES = "python/";

    /**
     * Unpacks the runtime of this jar below {@code folder}, or finds it there. Repeatable, also from several processes at
     * once: a folder appears under its final name only when it is whole.
     */
    public static PythonRuntime unpackInto(Path folder) {
        try {
            byte[] index = resource("index");
            Path root = folder.toAbsolutePath().resolve(digestOf(index));
            if (!Files.isDirectory(root)) {
                unpack(new String(index, StandardCharsets.UTF_8).lines().toList(), root);
            }
            return new PythonRuntime(root);
        } catch (IOException failure) {
            throw new UncheckedIOException("the Python runtime can't be unpacked into '" + folder + "'", failure);
        }
    }

    /** The shim's script: {@code python3 -I -S <shim> instances/<id>/spec.json}. */
    public Path shim() {
        return root.resolve("slipway_shim.py");
    }

    /** The server's script, run by path with {@code python3 -I}. */
    public Path server() {
        return root.resolve("_slipway_runtime").resolve("__main__.py");
    }

    /** The script that runs pip, and nothing of what it installs. It says how it is called. */
    public Path pip() {
        return root.resolve("slipway_pip.py");
    }

    /** The script that builds a source package in a sandbox. It says how it is called. */
    public Path build() {
        return root.resolve("slipway_build.py");
    }

    private static void unpack(List<String> index, Path root) throws IOException {
        Files.createDirectories(root.getParent());
        Path draft = Files.createTempDirectory(root.getParent(), ".unpacking-");
        try {
            for (String line : index) {
                copy(line.substring(line.indexOf("  ") + 2), draft);
            }
            letAllRead(draft);
            Files.move(draft, root, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException | DirectoryNotEmptyException anotherProcessWasFirst) {
            // The same content stands there.
        } finally {
            delete(draft);
        }
    }

    private static void copy(String name, Path draft) throws IOException {
        Path target = draft.resolve(name);
        Files.createDirectories(target.getParent());
        Files.write(target, resource(name));
    }

    /** Also another user, as whom models run: it is bound into their sandboxes, wherever it lies. */
    private static void letAllRead(Path draft) throws IOException {
        try (Stream<Path> paths = Files.walk(draft)) {
            for (Path path : paths.toList()) {
                String mode = Files.isDirectory(path) ? "rwxr-xr-x" : "rw-r--r--";
                Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
            }
        }
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream stream = PythonRuntime.class.getResourceAsStream(RESOURCES + name)) {
            if (stream == null) {
                throw new IOException("resource '" + RESOURCES + name + "' is not in the jar of slipway-runtime");
            }
            return stream.readAllBytes();
        }
    }

    private static String digestOf(byte[] index) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(index);
            return HexFormat.of().formatHex(digest, 0, 12);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
