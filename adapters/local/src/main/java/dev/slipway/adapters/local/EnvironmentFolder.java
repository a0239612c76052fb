package dev.slipway.adapters.local;

import dev.slipway.domain.environment.BuildEvents;
import dev.slipway.domain.environment.Environment;
import dev.slipway.domain.environment.EnvironmentDigest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The folder of one environment: a virtual environment of Python. It counts as built once {@code environment.json} is there, which is
 * written last; what an interrupted build left is removed by the next one.
 */
record EnvironmentFolder(Path path) {

    private static final String MARK = "environment.json";
    private static final String LOG = "build.log";
    private static final long PULSE_MILLIS = 200;
    private static final int PULSES_PER_SECOND = 5;
    private static final Set<PosixFilePermission> READ =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_READ);
    private static final Set<PosixFilePermission> ENTER = EnumSet.of(
            PosixFilePermission.OWNER_EXECUTE, PosixFilePermission.GROUP_EXECUTE, PosixFilePermission.OTHERS_EXECUTE);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    static EnvironmentFolder of(Path environments, EnvironmentDigest digest) {
        return new EnvironmentFolder(environments.resolve(hex(digest)));
    }

    static String hex(EnvironmentDigest digest) {
        return digest.value().substring("sha256:".length());
    }

    Path interpreter() {
        return path.resolve("bin").resolve("python3");
    }

    Path packages(HostPython python) {
        return path.resolve("lib").resolve(python.library()).resolve("site-packages");
    }

    /** What stands there; empty if it is not built. */
    Optional<Environment> read() {
        try {
            return Optional.of(JSON.readValue(Files.readAllBytes(path.resolve(MARK)), Environment.class));
        } catch (NoSuchFileException notBuilt) {
            return Optional.empty();
        } catch (IOException | JacksonException | IllegalArgumentException damaged) {
            // It is built anew.
            return Optional.empty();
        }
    }

    boolean isBuilt() {
        return Files.exists(path.resolve(MARK));
    }

    List<String> log() {
        try {
            return Files.readAllLines(path.resolve(LOG), StandardCharsets.UTF_8);
        } catch (IOException none) {
            return List.of();
        }
    }

    /** Marks it as in use now, so that it is not removed; false if it is not built. */
    boolean isUsedNow() {
        return FolderMutex.holding(parent(path), () -> {
            if (!isBuilt()) {
                return false;
            }
            try {
                Files.setLastModifiedTime(path, FileTime.from(Instant.now()));
                return true;
            } catch (NoSuchFileException removed) {
                return false;
            } catch (IOException failure) {
                throw new UncheckedIOException("the environment '%s' can't be used".formatted(path), failure);
            }
        });
    }

    private static Path parent(Path folder) {
        return Objects.requireNonNull(folder.getParent());
    }

    /** An empty virtual environment in place of what was there, whose interpreter is the given one. */
    void begin(HostPython python, boolean showsInstalled) throws IOException {
        delete();
        Path packages = packages(python);
        Path versions = parent(packages);
        for (Path folder : List.of(path, parent(interpreter()), parent(versions), versions, packages)) {
            Files.createDirectory(folder);
            // Also another user, as whom models run: it is bound into their sandboxes, wherever it lies.
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        Path real = Path.of(python.real());
        Files.createSymbolicLink(interpreter(), real);
        Files.createSymbolicLink(interpreter().resolveSibling("python"), Path.of("python3"));
        Files.writeString(
                path.resolve("pyvenv.cfg"),
                "home = %s%ninclude-system-site-packages = false%nversion = %s%n"
                        .formatted(real.getParent(), python.version()));
        if (showsInstalled) {
            StringBuilder lines = new StringBuilder();
            for (String folder : python.folders()) {
                lines.append("import site; site.addsitedir(%s)%n".formatted(JSON.writeValueAsString(folder)));
            }
            Files.writeString(packages.resolve("_slipway_installed.pth"), lines.toString());
        }
    }

    /** The packages in it, as {@code name==version}. */
    List<String> installed(HostPython python) throws IOException {
        TreeSet<String> found = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        try (Stream<Path> entries = Files.list(packages(python))) {
            for (Path entry : entries.filter(each -> each.toString().endsWith(".dist-info"))
                    .toList()) {
                String name = null;
                String version = null;
                for (String line : Files.readString(entry.resolve("METADATA"), StandardCharsets.UTF_8)
                        .lines()
                        .toList()) {
                    if (line.isEmpty() || (name != null && version != null)) {
                        break;
                    }
                    name = line.startsWith("Name:") ? line.substring(5).strip() : name;
                    version = line.startsWith("Version:") ? line.substring(8).strip() : version;
                }
                if (name != null && version != null) {
                    found.add(name + "==" + version);
                }
            }
        }
        return List.copyOf(found);
    }

    /** Also another user, as whom models run. */
    void letAllRead() throws IOException {
        try (Stream<Path> paths = Files.walk(path)) {
            for (Path each : (Iterable<Path>) paths::iterator) {
                if (!Files.isSymbolicLink(each)) {
                    Set<PosixFilePermission> modes = new HashSet<>(Files.getPosixFilePermissions(each));
                    modes.addAll(READ);
                    if (Files.isDirectory(each) || modes.contains(PosixFilePermission.OWNER_EXECUTE)) {
                        modes.addAll(ENTER);
                    }
                    Files.setPosixFilePermissions(each, modes);
                }
            }
        }
    }

    /** Makes it count as built. */
    void finish(Environment built, List<String> log) throws IOException {
        Files.writeString(path.resolve(LOG), String.join("\n", log) + "\n", StandardCharsets.UTF_8);
        Path draft = path.resolve(MARK + ".draft");
        try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(JSON.writeValueAsBytes(built)));
            channel.force(true);
        }
        Files.move(draft, path.resolve(MARK), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Deletes it with its content. Does nothing if it does not exist. */
    void delete() throws IOException {
        Files.deleteIfExists(path.resolve(MARK));
        new InstanceFolder(path).delete();
    }

    /** Does the work while no other process or thread builds or removes it; waits for them. */
    <T> T alone(BuildEvents events, Work<T> work) throws IOException, InterruptedException {
        Files.createDirectories(parent(path));
        Path lock = path.resolveSibling("." + path.getFileName() + ".lock");
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            for (int pulse = 1; ; pulse++) {
                try (FileLock held = tryLock(channel)) {
                    if (held != null) {
                        return work.run();
                    }
                }
                if (pulse % PULSES_PER_SECOND == 0) {
                    events.goesOn();
                }
                Thread.sleep(PULSE_MILLIS);
            }
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException anotherThreadHasIt) {
            return null;
        }
    }

    /** What is done alone. */
    interface Work<T> {
        T run() throws IOException, InterruptedException;
    }
}
