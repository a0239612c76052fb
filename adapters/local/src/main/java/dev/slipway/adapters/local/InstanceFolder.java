package dev.slipway.adapters.local;

import dev.slipway.domain.instance.InstanceTemplate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The folder of one instance, shared with its shim. The shim's script describes each file. */
record InstanceFolder(Path path) {

    private static final Logger LOG = LoggerFactory.getLogger(InstanceFolder.class);
    /** With the name of the instance, in the environment of instances without a sandbox. */
    static final String VARIABLE = "SLIPWAY_INSTANCE";

    // As in view.py and namespaces.py.
    private static final String HOME = "/home/mind";
    private static final String USER = "1000";
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final double DEFAULT_GRACE_SECONDS = 30.0;
    private static final long DEFAULT_MEMORY_BYTES = 1L << 30;

    String name() {
        return path.getFileName().toString();
    }

    /** Creates the folder. False if it exists already. */
    boolean create() {
        try {
            Files.createDirectory(
                    path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            return true;
        } catch (FileAlreadyExistsException taken) {
            return false;
        } catch (IOException failure) {
            throw new UncheckedIOException("the folder '%s' can't be made".formatted(path), failure);
        }
    }

    boolean exists() {
        return Files.isDirectory(path);
    }

    Path spec() {
        return path.resolve("spec.json");
    }

    /** Writes the spec that the shim runs; it may contain secrets. */
    void writeSpec(JsonNode spec) {
        try (FileChannel channel = FileChannel.open(
                spec(),
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer bytes = ByteBuffer.wrap(JSON.writeValueAsBytes(spec));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException("'%s' can't be written".formatted(spec()), failure);
        }
    }

    /** Whether the instance was started from the model in this folder. */
    boolean isOfModelIn(Path unpacked) {
        try {
            String model =
                    JSON.readTree(Files.readAllBytes(spec())).path("model_dir").asString("");
            return Path.of(model).startsWith(unpacked);
        } catch (IOException | JacksonException notWrittenYet) {
            return false;
        }
    }

    /** Whether its server is that of a container image, which knows nothing of ours. */
    boolean isOfContainer() {
        return readSpec().has("image");
    }

    /** The user and the group of its process, as the process sees them. */
    String userInside() {
        return readSpec().path("image").path("uid").asString(USER);
    }

    /** See {@link #userInside}. */
    String groupInside() {
        return readSpec().path("image").path("gid").asString(USER);
    }

    /** The folder in which its process starts, as the process sees it. */
    String directoryInside() {
        return readSpec().path("image").path("directory").asString(HOME);
    }

    /** The digest of the environment that the instance was started in; empty if it is not known. */
    String environmentDigest() {
        return readSpec().path("environment").asString("");
    }

    /** How long the instance may drain before it is killed. */
    Duration grace() {
        JsonNode seconds = readSpec().path("grace_seconds");
        return Duration.ofMillis((long) (seconds.asDouble(DEFAULT_GRACE_SECONDS) * 1000));
    }

    /** How long the instance may take until it is ready before it is killed. */
    Duration startLimit() {
        return Duration.ofSeconds(readSpec().path("start_seconds").asLong(InstanceTemplate.LONGEST_START.toSeconds()));
    }

    /** How much memory a process of the instance may have. */
    long memoryBytes() {
        return readSpec().path("limits").path("memory_bytes").asLong(DEFAULT_MEMORY_BYTES);
    }

    private JsonNode readSpec() {
        try {
            return JSON.readTree(Files.readAllBytes(spec()));
        } catch (IOException | JacksonException unreadable) {
            return JSON.createObjectNode();
        }
    }

    /** Whether its shim reported the end, or shim and process are gone. */
    boolean hasEnded() {
        ShimState said = state();
        return said != null && (said.hasEnded() || said.hasLeft());
    }

    /** The state that the shim wrote; null if there is none that can be read. */
    @Nullable
    ShimState state() {
        try {
            return ShimState.of(JSON.readTree(Files.readAllBytes(path.resolve("state.json"))));
        } catch (NoSuchFileException notYet) {
            return null;
        } catch (IOException | JacksonException | IllegalArgumentException damaged) {
            LOG.warn("the state of an instance can't be read instance={}", name(), damaged);
            return null;
        }
    }

    /** When the shim last wrote its state; the epoch if it never did. */
    Instant lastSaid() {
        return modified(path.resolve("state.json"));
    }

    /** When something was last created or deleted in it. */
    Instant modified() {
        return modified(path);
    }

    private static Instant modified(Path file) {
        try {
            return Files.getLastModifiedTime(file).toInstant();
        } catch (IOException none) {
            return Instant.EPOCH;
        }
    }

    /** Whether a shim holds the lock. Takes the lock for a moment to find out; a shim that starts meanwhile tries again. */
    boolean isLocked() {
        try (FileChannel channel =
                FileChannel.open(path.resolve("lock"), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            FileLock lock = channel.tryLock();
            return lock == null;
        } catch (NoSuchFileException neverStarted) {
            return false;
        } catch (OverlappingFileLockException askedTwiceAtOnce) {
            return true;
        } catch (IOException failure) {
            throw new UncheckedIOException("the lock of instance '%s' can't be tried".formatted(name()), failure);
        }
    }

    /** Renews the lease: the instance is in use. */
    void touchLease() {
        Path lease = path.resolve("lease");
        try {
            try {
                Files.setLastModifiedTime(lease, FileTime.from(Instant.now()));
            } catch (NoSuchFileException first) {
                Files.createFile(
                        lease, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            }
        } catch (IOException failure) {
            throw new UncheckedIOException("the lease of instance '%s' can't be touched".formatted(name()), failure);
        }
    }

    /** The variables of the process, each with a NUL behind it. */
    Path environment() {
        return path.resolve("environment");
    }

    /** Its log. */
    LogFolder logs() {
        String log = readSpec().path("log").asString("");
        Path apart = log.isEmpty() ? null : Path.of(log).getParent();
        return new LogFolder(apart == null ? path : apart);
    }

    /** Deletes it with its content. Does nothing if it does not exist. */
    void delete() {
        if (!exists()) {
            return;
        }
        ShimState said = state();
        if (said != null && said.copyElsewhere() != null) {
            new InstanceFolder(said.copyElsewhere()).delete();
        }
        try {
            delete(path);
        } catch (IOException failure) {
            throw new UncheckedIOException("the folder '%s' can't be deleted".formatted(path), failure);
        }
    }

    /** Also folders that their owner may not read: a package makes some, and the kernel has one in each overlay. */
    private static void delete(Path path) throws IOException {
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            if (!Files.isReadable(path) || !Files.isWritable(path) || !Files.isExecutable(path)) {
                Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
            }
            List<Path> inside;
            try (Stream<Path> entries = Files.list(path)) {
                inside = entries.toList();
            }
            for (Path each : inside) {
                delete(each);
            }
        }
        Files.deleteIfExists(path);
    }
}
