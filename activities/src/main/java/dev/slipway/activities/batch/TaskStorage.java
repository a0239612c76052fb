package dev.slipway.activities.batch;

import dev.slipway.activities.batch.KeyFailure.Access;
import dev.slipway.domain.batch.BatchStore;
import dev.slipway.domain.batch.BatchTask;
import dev.slipway.domain.batch.ChunkCommit;
import dev.slipway.domain.batch.KeyRefusal;
import dev.slipway.domain.batch.Seal;
import dev.slipway.domain.batch.TaskFolders;
import dev.slipway.domain.batch.TaskStatus;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.domain.problem.Problem;
import dev.slipway.domain.problem.Unavailable;
import dev.slipway.domain.storage.ContentType;
import dev.slipway.domain.storage.ObjectPage;
import dev.slipway.domain.storage.ObjectStore;
import dev.slipway.domain.storage.ObjectUri;
import dev.slipway.domain.storage.StoredObject;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Object storage for one attempt at a step of a task. An operation that fails throws a {@link KeyFailure}, which {@link #judge} turns into
 * an outage, which is waited for, or into a refusal for good. Safe for use by many threads.
 */
final class TaskStorage implements ObjectStore {
    private static final Logger LOG = LoggerFactory.getLogger(TaskStorage.class);
    private static final String OUTAGE = "outage ";
    // "parts/" and the first ordinal of a range, see ChunkCommit: each try may end at another record.
    private static final int RANGE = 6 + 15;
    private static final int MOST_SUSPECTS = 1_000;
    private static final Duration PROBE_HOLDS = Duration.ofSeconds(5);

    private final BatchStore tasks;
    private final BooleanSupplier wanted;
    private final ObjectStore store;
    private final StorageLimits limits;
    private final Consumer<ObjectUri> readable;
    private final Clock clock;
    private final BatchTask task;
    private final TaskFolders folders;
    private final Map<Access, Probed> probed = new EnumMap<>(Access.class);
    private @Nullable Refused refused;

    /** Whether a bucket answered the last check. */
    private record Probed(String bucket, boolean answers, long at) {}

    /** Keys and buckets that were refused and have not answered since. */
    private record Refused(Set<String> keys, Set<String> outages) {}

    /**
     * @param wanted whether the service still asks for this task
     * @param readable throws for an object or a folder that the task may not read
     */
    TaskStorage(
            BatchStore tasks,
            BooleanSupplier wanted,
            ObjectStore store,
            StorageLimits limits,
            Consumer<ObjectUri> readable,
            Clock clock,
            BatchTask task) {
        this.readable = readable;
        this.tasks = tasks;
        this.wanted = wanted;
        this.store = store;
        this.limits = limits;
        this.clock = clock;
        this.task = task;
        this.folders = new TaskFolders(task.spec().entry().destination(), task.id());
    }

    TaskFolders folders() {
        return folders;
    }

    /**
     * Counts a failure and decides what follows: {@link Unavailable} if it has to be tried again, {@link Invalid} if the key is refused for
     * good or the outage has lasted too long. Once one part is refused for good, the others are not waited for as long as storage refuses
     * everything in their folder.
     */
    synchronized Problem judge(KeyFailure failure) {
        Instant now = clock.instant();
        Access access = failure.access();
        if (!answersOtherwise(failure)) {
            return outage(failure, now);
        }
        boolean isPart = failure.uri().isWithin(folders.parts());
        if (isPart && isRefusedInAllParts(access)) {
            return forGood(failure, folders.parts() + "*", "");
        }
        String key = keyOf(access, failure.uri());
        KeyRefusal refusal = tasks.refused(task.id(), key, now);
        if (refusal.times() < limits.refusals() || refusal.lasts(now).compareTo(limits.refusedFor()) < 0) {
            return failure.outage();
        }
        LOG.warn("refused for good task={} key={} times={} since={}", task.id(), key, refusal.times(), refusal.first());
        if (isPart) {
            tasks.refused(task.id(), allParts(access), now);
            refused().keys().add(allParts(access));
        }
        return forGood(
                failure,
                failure.uri().toString(),
                ", %d times in %s".formatted(refusal.times(), words(refusal.lasts(now))));
    }

    /** The reason of a single failure names the same object again, which is left out. */
    private static Invalid forGood(KeyFailure failure, String what, String howOften) {
        String reason = String.valueOf(failure.getMessage()).replace(" for '%s'".formatted(failure.uri()), "");
        return new Invalid(
                ErrorCode.SOURCE_LOCATION,
                "object storage refuses to %s '%s' for good%s while it answers otherwise; the last time: %s"
                        .formatted(
                                failure.access() == Access.FIND
                                        ? "look at"
                                        : failure.access().word(),
                                what,
                                howOften,
                                reason));
    }

    /** Whether one part was refused for good before, and storage still refuses anything in that folder. */
    private boolean isRefusedInAllParts(Access access) {
        return refused().keys().contains(allParts(access)) && !answersInParts(access);
    }

    /** The key under which it is kept that a part was refused for good. */
    private String allParts(Access access) {
        return access + " " + folders.parts();
    }

    private boolean answersInParts(Access access) {
        ObjectUri probe = folders.probeOfParts();
        if (access != Access.READ) {
            return answers(access, probe);
        }
        try {
            store.open(probe, 0).close();
            return true;
        } catch (Unavailable | IOException refusal) {
            return false;
        } catch (Problem missing) {
            return true;
        }
    }

    private Problem outage(KeyFailure failure, Instant now) {
        String key = outageOf(failure.access(), failure.uri());
        KeyRefusal outage = tasks.refused(task.id(), key, now);
        refused().outages().add(key);
        if (outage.lasts(now).compareTo(longestOutage()) < 0) {
            return failure.outage();
        }
        return new Invalid(
                ErrorCode.SOURCE_LOCATION,
                "object storage has not answered for %s: %s".formatted(words(outage.lasts(now)), failure.getMessage()));
    }

    private Duration longestOutage() {
        return limits.longestOutageOfStopped().compareTo(limits.longestOutage()) < 0 && isStopped()
                ? limits.longestOutageOfStopped()
                : limits.longestOutage();
    }

    // A stop or a deletion may come after the seal, while the output waits for storage. So the service is read at each
    // failure.
    private boolean isStopped() {
        Seal seal = task.seal();
        return (seal != null && seal.end() == TaskStatus.STOPPED) || !wanted.getAsBoolean();
    }

    private static String words(Duration time) {
        return time.toMinutes() < 1
                ? "%d s".formatted(time.toSeconds())
                : time.toHours() < 2 ? "%d minutes".formatted(time.toMinutes()) : "%d hours".formatted(time.toHours());
    }

    /** Whether the same operation works in the bucket for another key. */
    private boolean answersOtherwise(KeyFailure failure) {
        String bucket = failure.uri().bucket();
        Probed last = probed.get(failure.access());
        long now = System.nanoTime();
        if (last == null || !last.bucket().equals(bucket) || now - last.at() > PROBE_HOLDS.toNanos()) {
            last = new Probed(bucket, answers(failure.access(), folders.probe(bucket)), now);
            probed.put(failure.access(), last);
        }
        return last.answers();
    }

    private boolean answers(Access access, ObjectUri probe) {
        try {
            if (access == Access.WRITE) {
                store.put(probe, new byte[0]);
                store.delete(probe);
            } else {
                store.head(probe);
            }
            return true;
        } catch (Unavailable away) {
            return false;
        } catch (Problem answer) {
            return true; // it may have no right to that key, but it answers
        }
    }

    /** The name of an outage of a bucket. */
    private static String outageOf(Access access, ObjectUri uri) {
        return OUTAGE + access + " " + uri.bucket();
    }

    /** The key as it is counted. Keys that differ in each execution count as one. */
    private String keyOf(Access access, ObjectUri uri) {
        if (access == Access.WRITE && folders.isFenced(uri)) {
            String name = uri.key().substring(folders.work().key().length());
            String counted = name.startsWith("plan/") ? "plan/" : name.substring(0, Math.min(name.length(), RANGE));
            return access + " " + folders.work().resolve(counted);
        }
        return access + " " + uri;
    }

    /**
     * Whether an earlier attempt was refused this, or for good another part like this, and it was not answered since. Then it is tried
     * before anything else.
     */
    synchronized boolean isSuspect(Access access, ObjectUri uri) {
        Set<String> keys = refused().keys();
        return !keys.isEmpty()
                && (keys.contains(keyOf(access, uri))
                        || (uri.isWithin(folders.parts()) && keys.contains(allParts(access))));
    }

    /** Whether an earlier attempt was refused anything. */
    synchronized boolean hasSuspects() {
        return !refused().keys().isEmpty();
    }

    private Refused refused() {
        Refused known = refused;
        if (known == null) {
            known = new Refused(new HashSet<>(), new HashSet<>());
            for (String key : tasks.refusedKeys(task.id(), MOST_SUSPECTS)) {
                (key.startsWith(OUTAGE) ? known.outages() : known.keys()).add(key);
            }
            refused = known;
        }
        return known;
    }

    /** The operation succeeded: earlier refusals of it were temporary. */
    synchronized void answered(Access access, ObjectUri uri) {
        Refused known = refused();
        forget(known.keys(), () -> keyOf(access, uri));
        if (uri.isWithin(folders.parts())) {
            forget(known.keys(), () -> allParts(access));
        }
        forget(known.outages(), () -> outageOf(access, uri));
    }

    private void forget(Set<String> refusals, Supplier<String> key) {
        if (!refusals.isEmpty() && refusals.remove(key.get())) {
            tasks.answered(task.id(), key.get());
        }
    }

    /**
     * Decides what follows when a part cannot be read. If that is for good, the chunk is lost and the step has to be repeated with the
     * rest.
     */
    Problem judgePart(KeyFailure failure, ChunkCommit chunk) {
        Problem problem = judge(failure);
        if (!(problem instanceof Invalid)) {
            return problem;
        }
        tasks.lost(task.id(), chunk.range(), String.valueOf(problem.getMessage()));
        return new Unavailable(
                ErrorCode.UNAVAILABLE, "records %s are written off: %s".formatted(chunk.range(), problem.getMessage()));
    }

    private <T> T calling(Access access, ObjectUri uri, Supplier<T> call) {
        T result;
        try {
            result = call.get();
        } catch (Unavailable outage) {
            throw new KeyFailure(uri, access, outage);
        } catch (Problem answer) {
            answered(access, uri);
            throw answer;
        }
        if (access != Access.READ) { // that one is answered at its end
            answered(access, uri);
        }
        return result;
    }

    private void doing(Access access, ObjectUri uri, Runnable call) {
        calling(access, uri, () -> {
            call.run();
            return true;
        });
    }

    @Override
    public ObjectPage list(ObjectUri folder, @Nullable String from) {
        readable.accept(folder);
        return calling(Access.FIND, folder, () -> store.list(folder, from));
    }

    @Override
    public Optional<StoredObject> head(ObjectUri uri) {
        readable.accept(uri);
        return calling(Access.FIND, uri, () -> store.head(uri));
    }

    /** Counts as answered once it is read to its end, or {@link #answered} is called. */
    @Override
    public InputStream open(ObjectUri uri, long offset) {
        readable.accept(uri);
        return answering(uri, calling(Access.READ, uri, () -> store.open(uri, offset)));
    }

    /** As {@link #open}. */
    @Override
    public Optional<InputStream> openVersion(StoredObject version, long offset) {
        ObjectUri uri = version.uri();
        readable.accept(uri);
        Optional<InputStream> bytes = calling(Access.READ, uri, () -> store.openVersion(version, offset));
        if (bytes.isEmpty()) {
            answered(Access.READ, uri);
        }
        return bytes.map(opened -> answering(uri, opened));
    }

    private InputStream answering(ObjectUri uri, InputStream bytes) {
        return new FilterInputStream(bytes) {
            private int ended(int read) {
                if (read < 0) {
                    answered(Access.READ, uri);
                }
                return read;
            }

            @Override
            public int read() throws IOException {
                try {
                    return ended(super.read());
                } catch (IOException e) {
                    throw cut(uri, e);
                }
            }

            @Override
            public int read(byte[] buffer, int start, int length) throws IOException {
                try {
                    return ended(super.read(buffer, start, length));
                } catch (IOException e) {
                    throw cut(uri, e);
                }
            }
        };
    }

    private static RuntimeException cut(ObjectUri uri, IOException cause) throws IOException {
        if (Thread.currentThread().isInterrupted()) {
            throw cause;
        }
        Unavailable outage = new Unavailable(
                ErrorCode.UNAVAILABLE, "object storage cut the bytes of '%s': %s".formatted(uri, cause.getMessage()));
        outage.initCause(cause);
        return new KeyFailure(uri, Access.READ, outage);
    }

    @Override
    public void put(ObjectUri uri, byte[] bytes, ContentType type) {
        doing(Access.WRITE, uri, () -> store.put(uri, bytes, type));
    }

    @Override
    public void put(ObjectUri uri, Path file, ContentType type) {
        doing(Access.WRITE, uri, () -> store.put(uri, file, type));
    }

    @Override
    public boolean putIfAbsent(ObjectUri uri, byte[] bytes) {
        return calling(Access.WRITE, uri, () -> store.putIfAbsent(uri, bytes));
    }

    @Override
    public void delete(ObjectUri uri) {
        doing(Access.WRITE, uri, () -> store.delete(uri));
    }
}
