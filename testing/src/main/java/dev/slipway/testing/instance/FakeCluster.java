package dev.slipway.testing.instance;

import dev.slipway.domain.environment.EnvironmentSpec;
import dev.slipway.domain.image.ImageDigest;
import dev.slipway.domain.instance.Address;
import dev.slipway.domain.instance.Cluster;
import dev.slipway.domain.instance.DesiredSet;
import dev.slipway.domain.instance.ExecResult;
import dev.slipway.domain.instance.Instance;
import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.instance.InstanceState;
import dev.slipway.domain.instance.InstanceTemplate;
import dev.slipway.domain.instance.ServerProcess;
import dev.slipway.domain.instance.SetStatus;
import dev.slipway.domain.instance.Usage;
import dev.slipway.domain.model.Engines;
import dev.slipway.domain.model.ModelType;
import dev.slipway.domain.pool.Quantity;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.NotFound;
import dev.slipway.domain.problem.Unavailable;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A cluster in memory. Instances are ready and drained at once unless a test orders otherwise; a crashed one restarts at once. No threads:
 * watchers are called on the thread that causes the change.
 */
public final class FakeCluster implements Cluster {

    private final Map<InstanceId, String> printed = new HashMap<>();
    private static final int EXITS_BEFORE_FAILURE = 3;
    private static final int EXIT_CODE_OF_FAILED_LOAD = 3;
    private static final int FIRST_PORT = 20_000;

    private final Map<InstanceSetId, FakeSet> sets = new HashMap<>();
    private final List<Consumer<InstanceSetId>> watchers = new CopyOnWriteArrayList<>();
    private final Map<String, Failure> failures = new HashMap<>();
    private final Map<String, List<String>> warnings = new HashMap<>();
    private final Set<ImageDigest> missingImages = new HashSet<>();
    private final Set<String> hanging = new HashSet<>();
    private final Map<String, Boolean> offered = new HashMap<>();
    private Usage usage = new Usage(Duration.ofSeconds(1), 64L << 20);
    private boolean answers = true;
    private boolean startsHeld;
    private boolean drainsHeld;
    private int lastIncarnation;
    private boolean logsLost;
    private int lastPort = FIRST_PORT;
    private Function<InstanceId, Address> addresses = id -> new Address.Tcp("127.0.0.1", ++lastPort);

    // What a test may order.

    /** New instances stay starting until {@link #letStart}. */
    public synchronized void holdStarts() {
        startsHeld = true;
    }

    /** All that are starting become ready, and later ones at once. */
    public void letStart() {
        synchronized (this) {
            startsHeld = false;
            notifyAll();
            for (FakeSet set : sets.values()) {
                set.replicas.values().forEach(replica -> begin(set, replica));
                fill(set);
            }
        }
        tellAll();
    }

    /** Drained instances stay draining until {@link #letDrain}. */
    public synchronized void holdDrains() {
        drainsHeld = true;
    }

    /** All that are draining end, and later ones at once. */
    public void letDrain() {
        synchronized (this) {
            drainsHeld = false;
            sets.values().forEach(set -> set.replicas.values().forEach(FakeCluster::endDraining));
            forgetLeft();
        }
        tellAll();
    }

    /** From now on instances of templates with this label end with the exit code before they are ready. */
    public synchronized void failStarts(String label, int exitCode, String cause) {
        failures.put(label, new Failure(exitCode, cause));
    }

    /** From now on instances with this label start again. */
    public synchronized void healStarts(String label) {
        failures.remove(label);
    }

    /** From now on instances with this label that start have these warnings of their runtime. */
    public synchronized void warn(String label, String... texts) {
        warnings.put(label, List.of(texts));
    }

    /** From now on instances with this label do not become ready. */
    public synchronized void hangStarts(String label) {
        hanging.add(label);
    }

    /** From now on the image does not exist. */
    public synchronized void loseImage(ImageDigest image) {
        missingImages.add(image);
    }

    /** From now on no log can be read, as if the cluster were away. */
    public synchronized void loseLogs() {
        logsLost = true;
    }

    /** The instance ends by itself, as if killed; another incarnation starts. */
    public void crash(InstanceId id) {
        synchronized (this) {
            FakeSet set = sets.get(id.set());
            Replica replica = set == null ? null : set.replicas.get(id.ordinal());
            if (set == null
                    || replica == null
                    || replica.living == null
                    || !replica.living.id().equals(id)) {
                throw new IllegalArgumentException("instance '%s' does not live".formatted(id));
            }
            replica.end(null, "the process was killed by SIGKILL", false);
            fill(set);
        }
        tell(id.set());
    }

    /** The instance lives and is ready, but leaves its health checks unanswered for {@code why}; null: it answers again. */
    public void silence(InstanceId id, @Nullable String why) {
        synchronized (this) {
            FakeSet set = sets.get(id.set());
            Replica replica = set == null ? null : set.replicas.get(id.ordinal());
            Instance living = replica == null ? null : replica.living;
            if (replica == null || living == null || !living.id().equals(id)) {
                throw new IllegalArgumentException("instance '%s' does not live".formatted(id));
            }
            replica.living = new Instance(id, living.state(), living.address(), null, why, false, living.warnings());
        }
        tell(id.set());
    }

    /** From now on instances may have this resource, also shares of it or whole pieces only. */
    public synchronized void offer(String resource, boolean alsoShares) {
        offered.put(resource, alsoShares);
    }

    /** The template that instances of the set are started from now. */
    public synchronized InstanceTemplate templateOf(InstanceSetId id) {
        FakeSet set = sets.get(id);
        if (set == null || set.template == null) {
            throw new IllegalArgumentException("there is no set '%s'".formatted(id));
        }
        return set.template;
    }

    /** The usage of each running instance from now on. */
    public synchronized void use(Usage each) {
        usage = each;
    }

    /** The address of instances that become ready from now on. */
    public synchronized void placeAt(Function<InstanceId, Address> places) {
        addresses = places;
    }

    /** From now on the cluster takes no desired state, as if it could not be reached, until {@link #answerAgain}. */
    public synchronized void stopAnswering() {
        answers = false;
    }

    /** Ends {@link #stopAnswering}. */
    public synchronized void answerAgain() {
        answers = true;
    }

    private synchronized void failIfOrdered() {
        if (!answers) {
            throw new Unavailable(ErrorCode.UNAVAILABLE, "the cluster does not answer: a test wants it so");
        }
    }

    @Override
    public void apply(DesiredSet desired) {
        failIfOrdered();
        if (desired.count() == 0) {
            if (mayApply(desired)) {
                remove(desired.id());
            }
            return;
        }
        synchronized (this) {
            FakeSet set = sets.computeIfAbsent(desired.id(), FakeSet::new);
            if (desired.revision() < set.revision) {
                return;
            }
            set.revision = desired.revision();
            set.template = desired.set().template();
            desired.leaving().forEach(set::leave);
            set.want(desired.count());
            set.replicas.values().stream().filter(replica -> !replica.wanted).forEach(this::drain);
            fill(set);
        }
        tell(desired.id());
    }

    private synchronized boolean mayApply(DesiredSet desired) {
        FakeSet set = sets.get(desired.id());
        if (set == null || desired.revision() < set.revision) {
            return false;
        }
        set.revision = desired.revision();
        return true;
    }

    @Override
    public void remove(InstanceSetId id) {
        synchronized (this) {
            FakeSet set = sets.get(id);
            if (set == null) {
                return;
            }
            set.template = null;
            set.replicas.values().forEach(replica -> replica.wanted = false);
            set.replicas.values().forEach(this::drain);
            forgetLeft();
        }
        tell(id);
    }

    @Override
    public synchronized SetStatus status(InstanceSetId id) {
        FakeSet set = sets.get(id);
        if (set == null) {
            return new SetStatus(id, 0, List.of(), null);
        }
        endLateStarts(set);
        return set.status();
    }

    private void endLateStarts(FakeSet set) {
        InstanceTemplate template = set.template;
        if (template == null) {
            return;
        }
        Instant latest = Instant.now().minus(template.startLimit());
        for (Replica replica : set.replicas.values()) {
            Instance living = replica.living;
            if (living != null && living.state() == InstanceState.STARTING && replica.startedAt.isBefore(latest)) {
                long limit = template.startLimit().toSeconds();
                replica.end(null, "it was not ready within %d s of its start".formatted(limit), false);
            }
        }
        fill(set);
    }

    @Override
    public synchronized List<InstanceSetId> sets() {
        return List.copyOf(sets.keySet());
    }

    @Override
    public AutoCloseable watch(Consumer<InstanceSetId> changed) {
        watchers.add(changed);
        return () -> watchers.remove(changed);
    }

    /** The log of the instance is this. */
    public synchronized void print(InstanceId id, String log) {
        printed.put(id, log);
    }

    @Override
    public synchronized String logTail(InstanceId id, int bytes) {
        if (logsLost) {
            throw new Unavailable(ErrorCode.UNAVAILABLE, "the cluster does not answer: a test wants it so");
        }
        boolean isKnown = status(id.set()).instances().stream()
                .anyMatch(instance -> instance.id().equals(id));
        String log = printed.getOrDefault(id, isKnown ? "log of " + id + "\n" : "");
        return log.substring(Math.max(0, log.length() - bytes));
    }

    @Override
    public String logName(InstanceId id) {
        return logTail(id, 1).isEmpty() ? "" : "/logs/" + id;
    }

    @Override
    public InputStream followLog(InstanceId id, int bytes) {
        return new FakeLog(id, logTail(id, bytes));
    }

    /** Knows the commands {@code echo}, {@code false}, and {@code sleep}, whose time is over at once. */
    @Override
    public ExecResult exec(InstanceId id, List<String> command, Duration limit) {
        failIfOrdered();
        if (!lives(id)) {
            throw new NotFound(ErrorCode.PARAMETER_VALUE, "instance '%s' does not live".formatted(id));
        }
        return switch (command.getFirst()) {
            case "echo" -> new ExecResult(0, String.join(" ", command.subList(1, command.size())) + "\n");
            case "false" -> new ExecResult(1, "");
            case "sleep" -> new ExecResult(null, "");
            default -> new ExecResult(127, command.getFirst() + ": not found\n");
        };
    }

    @Override
    public synchronized Optional<Usage> usage(InstanceId id) {
        return lives(id) ? Optional.of(usage) : Optional.empty();
    }

    private synchronized boolean lives(InstanceId id) {
        return status(id.set()).instances().stream()
                .anyMatch(instance -> instance.id().equals(id) && instance.state() != InstanceState.EXITED);
    }

    private @Nullable Failure refusalOf(InstanceTemplate template) {
        String part = null;
        for (Map.Entry<String, Quantity> resource : template.flavor().extended().entrySet()) {
            Boolean alsoShares = offered.get(resource.getKey());
            if (alsoShares == null) {
                part = "resource '%s'".formatted(resource.getKey());
            } else if (!alsoShares && !resource.getValue().isWhole()) {
                part = "shares of resource '%s' (%s)".formatted(resource.getKey(), resource.getValue());
            }
        }
        EnvironmentSpec environment = template.environment();
        if (environment != null && !environment.interpreter().equals(Engines.PYTHON)) {
            return new Failure(
                    EXIT_CODE_OF_FAILED_LOAD, "interpreter '%s' is not here".formatted(environment.interpreter()));
        }
        ServerProcess process = template.process();
        if (template.type() == ModelType.IMAGE) {
            return part == null
                    ? null
                    : new Failure(EXIT_CODE_OF_FAILED_LOAD, "the fake cluster does not offer " + part);
        }
        if (!process.command().isEmpty()) {
            part = "a command of its own";
        } else if (!process.ports().isEmpty()) {
            part = "fixed ports";
        } else if (process.startup() != null) {
            part = "a start-up probe";
        } else if (process.readiness() != null) {
            part = "a readiness probe";
        } else if (process.liveness() != null) {
            part = "a liveness probe";
        }
        return part == null ? null : new Failure(EXIT_CODE_OF_FAILED_LOAD, "the fake cluster does not offer " + part);
    }

    private @Nullable Failure failureOf(InstanceTemplate template) {
        Failure refusal = refusalOf(template);
        if (refusal != null) {
            return refusal;
        }
        if (missingImages.contains(template.image())) {
            return new Failure(EXIT_CODE_OF_FAILED_LOAD, "there is no image '%s'".formatted(template.image()));
        }
        return failures.get(template.label());
    }

    private void fill(FakeSet set) {
        for (Replica replica : List.copyOf(set.replicas.values())) {
            while (replica.wanted && replica.living == null && replica.failure == null) {
                lastIncarnation++;
                InstanceId id = new InstanceId(set.id, replica.ordinal, lastIncarnation);
                replica.living = new Instance(id, InstanceState.STARTING, null, null, null, false);
                replica.startedAt = Instant.now();
                begin(set, replica);
            }
        }
    }

    private void begin(FakeSet set, Replica replica) {
        Instance starting = replica.living;
        InstanceTemplate template = set.template;
        if (startsHeld || (template != null && hanging.contains(template.label()))) {
            return;
        }
        if (starting == null || starting.state() != InstanceState.STARTING || template == null) {
            return;
        }
        Failure failure = failureOf(template);
        if (failure == null) {
            replica.living = new Instance(
                            starting.id(), InstanceState.READY, addresses.apply(starting.id()), null, null, false)
                    .withWarnings(warnings.getOrDefault(template.label(), List.of()));
            return;
        }
        replica.end(failure.exitCode, failure.cause, false);
        replica.failedStarts++;
        if (failure.exitCode == EXIT_CODE_OF_FAILED_LOAD || replica.failedStarts >= EXITS_BEFORE_FAILURE) {
            replica.failure = failure.cause;
        }
    }

    private void drain(Replica replica) {
        Instance living = replica.living;
        if (living != null && living.state() != InstanceState.DRAINING) {
            replica.living = new Instance(living.id(), InstanceState.DRAINING, living.address(), null, null, false);
            if (!drainsHeld) {
                endDraining(replica);
            }
        }
    }

    private static void endDraining(Replica replica) {
        Instance living = replica.living;
        if (living != null && living.state() == InstanceState.DRAINING) {
            replica.end(0, null, true);
        }
    }

    private void forgetLeft() {
        sets.values()
                .removeIf(set -> set.template == null
                        && set.replicas.values().stream().allMatch(replica -> replica.living == null));
    }

    private void tellAll() {
        sets().forEach(this::tell);
    }

    private void tell(InstanceSetId id) {
        synchronized (this) {
            notifyAll();
        }
        watchers.forEach(watcher -> watcher.accept(id));
    }

    /** The output of the instance; then waits for its end. */
    private final class FakeLog extends InputStream {

        private final InstanceId id;
        private final InputStream printed;
        private boolean closed;

        private FakeLog(InstanceId id, String printed) {
            this.id = id;
            this.printed = new ByteArrayInputStream(printed.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public int read() throws IOException {
            int next = printed.read();
            return next < 0 ? readEnd() : next;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = printed.read(bytes, offset, length);
            return count < 0 ? readEnd() : count;
        }

        private int readEnd() throws InterruptedIOException {
            synchronized (FakeCluster.this) {
                while (!closed && lives(id)) {
                    try {
                        FakeCluster.this.wait();
                    } catch (InterruptedException stopped) {
                        Thread.currentThread().interrupt();
                        throw (InterruptedIOException) new InterruptedIOException("stopped").initCause(stopped);
                    }
                }
                return -1;
            }
        }

        @Override
        public void close() {
            synchronized (FakeCluster.this) {
                closed = true;
                FakeCluster.this.notifyAll();
            }
        }
    }

    private record Failure(int exitCode, String cause) {}

    private static final class Replica {

        private final int ordinal;
        private boolean wanted;
        private int failedStarts;
        private Instant startedAt = Instant.EPOCH;
        private @Nullable Instance living;
        private @Nullable Instance exited;
        private @Nullable String failure;

        private Replica(int ordinal) {
            this.ordinal = ordinal;
        }

        private void end(@Nullable Integer exitCode, @Nullable String cause, boolean ours) {
            Instance ending = living;
            if (ending != null) {
                exited = new Instance(ending.id(), InstanceState.EXITED, ending.address(), exitCode, cause, ours);
                living = null;
            }
        }
    }

    private static final class FakeSet {

        private final InstanceSetId id;
        private final Map<Integer, Replica> replicas = new TreeMap<>();
        private @Nullable InstanceTemplate template;
        private long revision;

        private FakeSet(InstanceSetId id) {
            this.id = id;
        }

        private void leave(InstanceId id) {
            Replica replica = replicas.get(id.ordinal());
            if (replica != null && replica.living != null && replica.living.id().equals(id)) {
                replica.wanted = false;
            }
        }

        private void want(int count) {
            List<Replica> wanted = wanted();
            for (int surplus = wanted.size(); surplus > count; surplus--) {
                wanted.get(surplus - 1).wanted = false;
            }
            int missing = count - wanted.size();
            for (int ordinal = 0; missing > 0; ordinal++) {
                Replica replica = replicas.computeIfAbsent(ordinal, Replica::new);
                if (!replica.wanted && replica.living == null) {
                    replica.wanted = true;
                    missing--;
                }
            }
        }

        private List<Replica> wanted() {
            return replicas.values().stream().filter(replica -> replica.wanted).toList();
        }

        private SetStatus status() {
            List<Instance> instances = new ArrayList<>();
            String failure = null;
            for (Replica replica : replicas.values()) {
                if (replica.exited != null) {
                    instances.add(replica.exited);
                }
                if (replica.living != null) {
                    instances.add(replica.living);
                }
                failure = failure == null && replica.wanted ? replica.failure : failure;
            }
            instances.sort(
                    Comparator.comparing((Instance instance) -> instance.id().ordinal())
                            .thenComparing(instance -> instance.id().incarnation()));
            return new SetStatus(id, template == null ? 0 : wanted().size(), instances, failure);
        }
    }
}
