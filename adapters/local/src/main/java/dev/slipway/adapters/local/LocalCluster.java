package dev.slipway.adapters.local;

import dev.slipway.domain.image.ImagePulls;
import dev.slipway.domain.image.ImageStore;
import dev.slipway.domain.instance.Cluster;
import dev.slipway.domain.instance.DesiredSet;
import dev.slipway.domain.instance.ExecResult;
import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.instance.InstanceTemplate;
import dev.slipway.domain.instance.SetStatus;
import dev.slipway.domain.instance.Usage;
import dev.slipway.domain.model.ModelType;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.NotFound;
import dev.slipway.instance.client.InstanceClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs instances as processes of this machine. Each has a shim, which outlives this object and this JVM; running instances in the folder
 * are adopted. {@link #close} leaves them serving, {@link #endAll} ends them.
 *
 * <p>One thread checks all instances ten times a second and brings them to the desired state. Starts run on other threads.
 */
public final class LocalCluster implements Cluster, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LocalCluster.class);

    private static final Duration TURN = Duration.ofMillis(100);
    private static final Duration BETWEEN_DISCOVERIES = Duration.ofSeconds(1);
    private static final Duration BETWEEN_TOUCHES = Duration.ofSeconds(30);
    private static final Duration EXITED_KEPT = Duration.ofDays(1);
    private static final Duration LEASE = Duration.ofMinutes(10);

    private final Path home;
    private final Path instances;
    private final HostIdentity host = HostIdentity.read();
    private final Launcher launcher;
    private final SocketFolder sockets;
    private final LogFolders logs;
    private final ModelFolders models;
    private final Starts starts;
    private final HealthProbe health;

    private final Map<InstanceSetId, LocalSet> sets = new HashMap<>();
    private final Set<String> known = new HashSet<>();
    private final Deque<LocalInstance> discarded = new ArrayDeque<>();
    private final List<Consumer<InstanceSetId>> watchers = new CopyOnWriteArrayList<>();
    private final ExecutorService launches = Executors.newVirtualThreadPerTaskExecutor();
    private final ExecutorService notices = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("local-cluster-notices").factory());
    private final Thread checker;

    /** Has a permit when the next turn is to come at once. */
    private final Semaphore calls = new Semaphore(0);

    private boolean closed;
    private Instant lastDiscovery = Instant.EPOCH;
    private Instant lastTouch = Instant.EPOCH;

    /**
     * Opens the folder and adopts the instances that run there.
     *
     * @param folder of the installation on this machine; instances, unpacked models and the Python runtime lie below it
     * @param client for health checks; is not closed
     */
    public LocalCluster(Path folder, LocalSettings settings, ImageStore images, InstanceClient client) {
        this.home = folder.toAbsolutePath();
        this.instances = home.resolve("instances");
        this.models = new ModelFolders(home.resolve("models"), images);
        this.starts = new Starts(instances);
        this.health = new HealthProbe(client);
        createPrivately(instances);
        this.sockets = SocketFolder.of(instances);
        this.logs = new LogFolders(home);
        this.launcher =
                new Launcher(settings, new LocalEnvironments(settings, home), home.resolve("runtime"), sockets, logs);
        createPrivately(home.resolve("models"));
        synchronized (this) {
            discover(Instant.now());
        }
        this.checker = Thread.ofPlatform().daemon().name("local-cluster").start(this::run);
    }

    private static void createPrivately(Path folder) {
        try {
            Files.createDirectories(folder.getParent());
        } catch (IOException failure) {
            throw new UncheckedIOException("the folder '%s' can't be made".formatted(folder), failure);
        }
        new InstanceFolder(folder).create();
    }

    @Override
    public synchronized void apply(DesiredSet desired) {
        LocalSet set =
                desired.count() == 0 ? sets.get(desired.id()) : sets.computeIfAbsent(desired.id(), LocalSet::new);
        if (set != null) {
            set.apply(desired);
            set.drainSurplus();
            call();
        }
    }

    @Override
    public synchronized void remove(InstanceSetId set) {
        LocalSet known = sets.get(set);
        if (known != null) {
            known.leave();
            known.drainSurplus();
            call();
        }
    }

    @Override
    public synchronized SetStatus status(InstanceSetId set) {
        LocalSet known = sets.get(set);
        return known == null ? new SetStatus(set, 0, List.of(), null) : known.status();
    }

    @Override
    public synchronized List<InstanceSetId> sets() {
        return sets.values().stream()
                .filter(set -> set.isWanted() || set.hasLiving())
                .map(LocalSet::id)
                .toList();
    }

    @Override
    public AutoCloseable watch(Consumer<InstanceSetId> changed) {
        watchers.add(changed);
        return () -> watchers.remove(changed);
    }

    @Override
    public String logTail(InstanceId instance, int bytes) {
        return logs.find(instance).map(log -> log.tail(bytes)).orElse("");
    }

    @Override
    public String logName(InstanceId instance) {
        return logs.find(instance).map(log -> log.log().toString()).orElse("");
    }

    @Override
    public InputStream followLog(InstanceId instance, int bytes) {
        InstanceFolder folder = new InstanceFolder(instances.resolve(instance.toString()));
        Optional<LogFolder> log = logs.find(instance);
        try {
            return log.isPresent() ? new FollowedLog(folder, log.get(), bytes) : InputStream.nullInputStream();
        } catch (IOException failure) {
            throw new UncheckedIOException("the log of instance '%s' can't be read".formatted(instance), failure);
        }
    }

    @Override
    public ExecResult exec(InstanceId instance, List<String> command, Duration limit) throws InterruptedException {
        InstanceFolder folder = new InstanceFolder(instances.resolve(instance.toString()));
        ShimState said = folder.state();
        ProcessMark process = said == null ? null : said.process();
        if (said == null || process == null || !process.isAlive()) {
            throw new NotFound(
                    ErrorCode.PARAMETER_VALUE,
                    "instance '%s' does not live: no command can run in it".formatted(instance));
        }
        return new InstanceCommand(process, said.sandboxed(), folder).run(command, limit);
    }

    @Override
    public Optional<Usage> usage(InstanceId instance) {
        ShimState said = new InstanceFolder(instances.resolve(instance.toString())).state();
        ProcessMark process = said == null ? null : said.process();
        return said == null || process == null ? Optional.empty() : ProcessUsage.of(process, said.sandboxed());
    }

    /**
     * Closes, then drains and ends all instances of the folder, also those that were only found; kills what is left after
     * {@code limit}.
     */
    public void endAll(Duration limit) throws InterruptedException {
        close();
        // A start in progress would come up after the list of instances was read.
        if (!launches.awaitTermination(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            LOG.warn("starts still under way after {}", limit);
        }
        new LocalInstances(home).endAll(limit);
    }

    /** Stops checking; the instances go on serving. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            call();
        }
        try {
            checker.join(TURN.multipliedBy(50));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        launches.shutdown();
        notices.shutdown();
    }

    private void call() {
        calls.release();
    }

    private void run() {
        while (true) {
            try {
                if (calls.tryAcquire(TURN.toMillis(), TimeUnit.MILLISECONDS)) {
                    calls.drainPermits();
                }
                if (!turn()) {
                    return;
                }
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                return;
            } catch (Throwable problem) {
                // The edge of the loop: a full disk, a damaged file or a class that is missing must not stop the checks
                // of all instances.
                LOG.error("a turn of the local cluster failed", problem);
            }
        }
    }

    private synchronized boolean turn() {
        if (closed) {
            return false;
        }
        Instant now = Instant.now();
        Set<InstanceSetId> changed = new LinkedHashSet<>();
        if (now.isAfter(lastDiscovery.plus(BETWEEN_DISCOVERIES))) {
            changed.addAll(discover(now));
        }
        for (LocalSet set : List.copyOf(sets.values())) {
            if (reconcile(set, now)) {
                changed.add(set.id());
            }
        }
        tell(changed);
        touchLeases(now);
        sweep();
        return true;
    }

    /** True if an instance of it has changed. */
    private boolean reconcile(LocalSet set, Instant now) {
        // An edge: damaged files of one set must not stop the others.
        try {
            boolean changed = check(set, now);
            set.drainSurplus();
            set.replicasToStart(now).forEach(replica -> launch(set, replica));
            if (set.isOver()) {
                set.clear(this::discard);
                sets.remove(set.id());
                return true;
            }
            return changed;
        } catch (RuntimeException problem) {
            // One set must not stop the others.
            LOG.error("a set can't be checked set={}", set.id(), problem);
            return false;
        }
    }

    private boolean check(LocalSet set, Instant now) {
        boolean changed = false;
        for (Replica replica : set.replicas()) {
            changed |= replica.check(now, this::discard);
        }
        return changed;
    }

    /** Adopts unknown instances: those of an earlier process, or of another process of ours. */
    private Set<InstanceSetId> discover(Instant now) {
        lastDiscovery = now;
        Set<InstanceSetId> changed = new LinkedHashSet<>();
        List<InstanceFolder> folders = LocalInstances.list(instances);
        forgetWhatIsGone(folders);
        if (!folders.isEmpty()) {
            sockets.make();
        }
        for (InstanceFolder folder : folders) {
            Optional<InstanceId> id = InstanceId.tryParse(folder.name());
            if (id.isPresent() && known.add(folder.name())) {
                adopt(id.get(), folder, now).ifPresent(changed::add);
            }
        }
        return changed;
    }

    /** Forgets ended instances whose folders were removed, and sets that consist of such instances only. */
    private void forgetWhatIsGone(List<InstanceFolder> folders) {
        Set<String> names = folders.stream().map(InstanceFolder::name).collect(Collectors.toSet());
        known.retainAll(names);
        sets.values().removeIf(set -> set.isMemoryOnly(names));
    }

    private Optional<InstanceSetId> adopt(InstanceId id, InstanceFolder folder, Instant now) {
        ShimState state = folder.state();
        if (state != null && !state.host().hostId().equals(host.hostId())) {
            // It belongs to another machine that shares the folder.
            return Optional.empty();
        }
        boolean isOfAnotherBoot = state != null && !state.host().bootId().equals(host.bootId());
        boolean isOld = state != null
                && state.hasEnded()
                && folder.lastSaid().plus(EXITED_KEPT).isBefore(now);
        if (isOfAnotherBoot || isOld) {
            logs.deleteAllButLog(folder);
            return Optional.empty();
        }
        LocalInstance instance = LocalInstance.found(id, folder, health, now);
        instance.check(now);
        LOG.info("instance found id={} state={}", id, instance.view().state());
        sets.computeIfAbsent(id.set(), LocalSet::new).adopt(instance, this::discard);
        return Optional.of(id.set());
    }

    private void launch(LocalSet set, Replica replica) {
        InstanceTemplate template = set.template();
        if (template == null) {
            return;
        }
        replica.beginLaunch();
        launches.execute(() -> launchNow(set, replica, template));
    }

    private void launchNow(LocalSet set, Replica replica, InstanceTemplate template) {
        LocalInstance instance = null;
        // The edge of a start: whatever went wrong becomes its cause, and is tried again after the back-off.
        try {
            LocalOffer.check(template);
            ImagePulls.Progress progress = bytes -> failIfUnwanted(replica);
            Path model = template.type() == ModelType.IMAGE
                    ? models.containerOf(template.image(), progress)
                    : models.modelOf(template.image(), progress);
            instance = claim(set, replica);
            if (instance != null) {
                launcher.launch(instance.folder(), template, model, LEASE);
                LOG.info("instance started id={} label={}", instance.id(), template.label());
            }
        } catch (LaunchFailure problem) {
            LOG.warn(
                    "instance not started set={} ordinal={} cause={}",
                    set.id(),
                    replica.ordinal(),
                    problem.getMessage());
            fail(set, replica, instance, problem);
        } catch (RuntimeException problem) {
            // The edge of a start: as above.
            LOG.error("instance not started set={} ordinal={}", set.id(), replica.ordinal(), problem);
            fail(set, replica, instance, LaunchFailure.forNow(String.valueOf(problem.getMessage())));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            endLaunch(replica);
        }
    }

    private synchronized void failIfUnwanted(Replica replica) {
        if (!replica.isWanted() || closed) {
            throw LaunchFailure.forNow("it is not wanted any more");
        }
    }

    /** The instance to start; null if it is no longer wanted. */
    private @Nullable LocalInstance claim(LocalSet set, Replica replica) {
        synchronized (this) {
            if (!replica.isWanted() || closed) {
                return null;
            }
            InstanceId id = starts.claim(set.id(), replica.ordinal());
            InstanceFolder folder = new InstanceFolder(instances.resolve(id.toString()));
            known.add(folder.name());
            LocalInstance instance = LocalInstance.started(id, folder, health, Instant.now());
            replica.put(instance, this::discard);
            tell(Set.of(set.id()));
            return instance;
        }
    }

    private synchronized void fail(
            LocalSet set, Replica replica, @Nullable LocalInstance instance, LaunchFailure problem) {
        if (instance == null) {
            replica.noteLaunchFailure(problem, Instant.now());
        } else {
            replica.failToStart(instance, String.valueOf(problem.getMessage()), Instant.now(), this::discard);
        }
        tell(Set.of(set.id()));
    }

    private synchronized void endLaunch(Replica replica) {
        replica.endLaunch();
        call();
    }

    /** Renews the leases of wanted instances; an unwanted instance ends with its lease. */
    private void touchLeases(Instant now) {
        if (now.isBefore(lastTouch.plus(BETWEEN_TOUCHES))) {
            return;
        }
        lastTouch = now;
        for (LocalSet set : sets.values()) {
            if (set.isWanted()) {
                set.replicas().forEach(LocalCluster::touchLease);
            }
        }
    }

    private static void touchLease(Replica replica) {
        LocalInstance living = replica.living();
        if (living == null || !replica.isServingOrStarting() || !living.folder().exists()) {
            return;
        }
        try {
            living.folder().touchLease();
        } catch (UncheckedIOException failure) {
            // Tried again in half a minute; other leases must not wait for that.
            LOG.warn("lease not touched instance={} cause={}", living.id(), failure.getMessage());
        }
    }

    private void discard(LocalInstance instance) {
        discarded.add(instance);
    }

    private void sweep() {
        discarded.removeIf(instance -> {
            if (!instance.hasLeft()) {
                return false;
            }
            logs.deleteAllButLog(instance.folder());
            known.remove(instance.folder().name());
            return true;
        });
    }

    private void tell(Set<InstanceSetId> changed) {
        if (closed) {
            return;
        }
        for (InstanceSetId set : changed) {
            for (Consumer<InstanceSetId> watcher : watchers) {
                notices.execute(() -> tell(watcher, set));
            }
        }
    }

    private static void tell(Consumer<InstanceSetId> watcher, InstanceSetId set) {
        // The edge to foreign code: one watcher must not stop the others.
        try {
            watcher.accept(set);
        } catch (RuntimeException problem) {
            LOG.error("a watcher failed on a change set={}", set, problem);
        }
    }
}
