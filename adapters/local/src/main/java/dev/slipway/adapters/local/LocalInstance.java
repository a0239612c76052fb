package dev.slipway.adapters.local;

import dev.slipway.domain.instance.Address;
import dev.slipway.domain.instance.Instance;
import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.instance.InstanceState;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One instance: its folder, its shim, its process. Not thread-safe; guarded by the cluster's lock. */
final class LocalInstance {

    /** How long a folder may be without a state of its shim before the start counts as failed. */
    private static final Duration SHIM_LIMIT = Duration.ofSeconds(45);

    /** The same for a folder that was found: its creator may have been killed before it started a shim. */
    private static final Duration FOUND_SHIM_LIMIT = Duration.ofSeconds(5);

    /** How long an adopted instance may take to answer its health check. */
    private static final Duration ADOPTION_LIMIT = Duration.ofSeconds(10);

    /** How often a serving instance gets a health check. */
    private static final Duration WATCH_EACH = Duration.ofSeconds(1);

    /** How many health checks in a row may find nothing, or another instance, at the address of a serving instance. */
    private static final int UNREACHABLE_LIMIT = 2;

    /**
     * How many health checks in a row a serving instance may leave unanswered, about five minutes in all: foreign code of a package may
     * hold Python's global lock for long while it works.
     */
    private static final int UNANSWERED_LIMIT = 120;

    /** After how many of them it is told that the instance does not answer. Each takes about two seconds. */
    private static final int SILENT_AFTER = 4;

    private static final Duration LONGEST_WITHOUT_SHIM = Duration.ofSeconds(10);

    /** How long after the grace a shim may take to end its process itself. */
    private static final Duration SHIM_ENDS_ITS = Duration.ofSeconds(5);

    private static final Duration COARSE = Duration.ofSeconds(1);

    private final InstanceId id;
    private final InstanceFolder folder;
    private final HealthProbe health;

    private InstanceState state = InstanceState.STARTING;
    private @Nullable ShimState said;
    private Instant lastSaid = Instant.EPOCH;
    private @Nullable Address address;
    private @Nullable Integer exitCode;
    private @Nullable String cause;
    private boolean stoppedByUs;
    private @Nullable Instant readySince;
    private @Nullable Duration startLimit;
    private @Nullable Boolean isOfContainer;

    private boolean drainAsked;
    private boolean drainSent;
    private @Nullable Instant drainingSince;
    private @Nullable String killReason;

    private boolean adopted;
    private final Instant found;
    private @Nullable CompletableFuture<HealthProbe.Health> probe;
    private Instant asked = Instant.EPOCH;
    private int unreachable;
    private int unanswered;

    private LocalInstance(InstanceId id, InstanceFolder folder, HealthProbe health, boolean adopted, Instant found) {
        this.id = id;
        this.folder = folder;
        this.health = health;
        this.adopted = adopted;
        this.found = found;
    }

    /** An instance that is started now. */
    static LocalInstance started(InstanceId id, InstanceFolder folder, HealthProbe health, Instant now) {
        return new LocalInstance(id, folder, health, false, now);
    }

    /** An instance that was found. It has to answer a health check before it counts as ready. */
    static LocalInstance found(InstanceId id, InstanceFolder folder, HealthProbe health, Instant now) {
        return new LocalInstance(id, folder, health, true, now);
    }

    InstanceId id() {
        return id;
    }

    InstanceFolder folder() {
        return folder;
    }

    boolean isAlive() {
        return state != InstanceState.EXITED;
    }

    boolean isReady() {
        return state == InstanceState.READY;
    }

    boolean isDraining() {
        return drainAsked || state == InstanceState.DRAINING;
    }

    /** How long it has been ready; zero if it never was. */
    Duration readyFor(Instant now) {
        return readySince == null ? Duration.ZERO : Duration.between(readySince, now);
    }

    boolean wasEverReady() {
        return readySince != null;
    }

    Instance view() {
        List<String> warnings = said == null ? List.of() : said.warnings();
        return new Instance(id, state, address, exitCode, cause, stoppedByUs, warnings);
    }

    /** Asks it to finish its requests and end. */
    void drain() {
        drainAsked = true;
        sendDrain();
    }

    /** Records that it could not be started. */
    void failToStart(String why) {
        end(null, why, false);
    }

    /** Checks its state. True if its view has changed. */
    boolean check(Instant now) {
        if (state == InstanceState.EXITED) {
            return false;
        }
        Instance before = view();
        readState(now);
        ShimState shim = said;
        if (shim == null) {
            awaitFirstState(now);
        } else {
            sendDrain();
            follow(shim, now);
        }
        return !before.equals(view());
    }

    private void readState(Instant now) {
        Instant saidAt = folder.lastSaid();
        // File times are coarse: two states written within some milliseconds may have the same time.
        boolean isSettled = saidAt.equals(lastSaid) && saidAt.plus(COARSE).isBefore(now);
        if (!isSettled) {
            lastSaid = saidAt;
            ShimState next = folder.state();
            said = next == null ? said : next;
        }
    }

    private void awaitFirstState(Instant now) {
        if (!folder.exists()) {
            end(null, "its folder was deleted", false);
        } else if (now.isAfter(found.plus(adopted ? FOUND_SHIM_LIMIT : SHIM_LIMIT))) {
            end(null, "its shim never came up", false);
        }
    }

    private void sendDrain() {
        ShimState shim = said;
        if (drainAsked && !drainSent && shim != null) {
            drainSent = true;
            shim.shim().terminate();
        }
    }

    private void follow(ShimState shim, Instant now) {
        if (shim.hasEnded()) {
            endAsSaid(shim);
        } else if (!shim.shim().isAlive()) {
            // It may have written its last state between our reading and its end.
            lastSaid = Instant.EPOCH;
            readState(now);
            ShimState last = said;
            if (last != null && last.hasEnded()) {
                endAsSaid(last);
            } else {
                followOrphan(shim, now);
            }
        } else {
            followPhase(shim, now);
        }
    }

    private void endAsSaid(ShimState shim) {
        String why = killReason == null ? shim.cause() : killReason;
        boolean ours = killReason == null && shim.stoppedBy() != null;
        end(shim.exitCode(), ours ? null : why, ours);
    }

    /**
     * The shim was killed, so the process reads end of file, drains and ends. If it does not, it is killed: after the grace, and at the
     * latest after {@link #LONGEST_WITHOUT_SHIM}, because nobody holds it to its limits.
     */
    private void followOrphan(ShimState shim, Instant now) {
        ProcessMark process = shim.process();
        if (process == null || !process.isAlive()) {
            if (!shim.sandboxed()) {
                ProcessMark.killStartedWith(InstanceFolder.VARIABLE, folder.name());
            }
            String why = killReason == null ? "its shim was killed" : killReason;
            end(null, drainAsked ? null : why, drainAsked);
            return;
        }
        if (!drainAsked && cause == null) {
            cause = "its shim was killed: it finishes its requests and ends";
        }
        Duration grace = folder.grace();
        if (hasDrained(now, grace.compareTo(LONGEST_WITHOUT_SHIM) < 0 ? grace : LONGEST_WITHOUT_SHIM)) {
            process.killWithChildren();
        }
    }

    private void followPhase(ShimState shim, Instant now) {
        if (isDraining() || shim.phase() == ShimState.Phase.DRAINING) {
            holdToGrace(shim, now);
        } else if (shim.phase() == ShimState.Phase.READY
                && shim.address() != null
                && mayBeCalled(shim.address(), now)) {
            state = InstanceState.READY;
            address = shim.address();
            readySince = readySince == null ? now : readySince;
            watch(shim, shim.address(), now);
        } else if (shim.phase() == ShimState.Phase.STARTING) {
            holdToStartLimit(shim, now);
        }
    }

    /** Kills it if it is not ready within the limit of its template, counted from when it was started or found. */
    private void holdToStartLimit(ShimState shim, Instant now) {
        Duration limit = startLimit == null ? folder.startLimit() : startLimit;
        startLimit = limit;
        if (now.isAfter(found.plus(limit))) {
            kill(shim, "it was not ready within %d s of its start".formatted(limit.toSeconds()));
        }
    }

    /** Whether a draining instance has had so long, counted from when draining was first observed. */
    private boolean hasDrained(Instant now, Duration limit) {
        state = InstanceState.DRAINING;
        if (drainingSince == null) {
            drainingSince = now;
        }
        return now.isAfter(drainingSince.plus(limit));
    }

    /** Ends a draining instance after its grace. Only its shim says that it drains. */
    private void holdToGrace(ShimState shim, Instant now) {
        if (hasDrained(now, folder.grace().plus(SHIM_ENDS_ITS))) {
            shim.shim().kill();
        }
    }

    /**
     * A living process may still be unable ever to answer again. Then it is killed and counts as crashed, without a grace, because no
     * answer can come from it any more.
     */
    private void watch(ShimState shim, Address listening, Instant now) {
        if (shim.refuses() != null) {
            // It comes back by itself, or its liveness check ends it.
            cause = "it takes no requests for now: " + shim.refuses();
            unreachable = 0;
            probe = null;
            return;
        }
        if (probe == null && now.isAfter(asked.plus(WATCH_EACH))) {
            asked = now;
            probe = ask(listening);
        }
        HealthProbe.Health found = answer();
        if (found == null) {
            return;
        }
        boolean isGone = found == HealthProbe.Health.UNREACHABLE || found == HealthProbe.Health.NOT_OURS;
        unreachable = isGone ? unreachable + 1 : 0;
        unanswered = found == HealthProbe.Health.NO_ANSWER ? unanswered + 1 : 0;
        tellSilence(now);
        if (unreachable >= UNREACHABLE_LIMIT) {
            kill(
                    shim,
                    found == HealthProbe.Health.NOT_OURS
                            ? "its process lives but another instance listens at its address"
                            : "its process lives but nothing listens at its address any more");
        } else if (unanswered >= UNANSWERED_LIMIT) {
            kill(shim, "its process lives but has not answered a health check for some minutes");
        }
    }

    private void tellSilence(Instant now) {
        if (unanswered < SILENT_AFTER) {
            cause = null;
        } else if (cause == null) {
            cause =
                    "its process lives but does not answer its health checks, the last %d of them until %s: it is stopped or busy without a pause"
                            .formatted(unanswered, now.truncatedTo(ChronoUnit.SECONDS));
        }
    }

    /** The result of the open health check, returned once; null while there is none. */
    private HealthProbe.@Nullable Health answer() {
        CompletableFuture<HealthProbe.Health> asking = probe;
        if (asking == null || !asking.isDone()) {
            return null;
        }
        probe = null;
        return asking.join();
    }

    private void kill(ShimState shim, String why) {
        if (killReason != null) {
            return;
        }
        killReason = why;
        ProcessMark process = shim.process();
        if (process == null) {
            shim.shim().kill();
        } else {
            process.killWithChildren();
        }
    }

    private CompletableFuture<HealthProbe.Health> ask(Address listening) {
        Boolean container = isOfContainer;
        if (container == null) {
            container = folder.isOfContainer();
            isOfContainer = container;
        }
        return container ? health.reach(id, listening) : health.ask(id, listening);
    }

    private boolean mayBeCalled(Address listening, Instant now) {
        if (!adopted) {
            return true;
        }
        if (probe == null && folder.isLocked()) {
            probe = ask(listening);
        }
        HealthProbe.Health answer = answer();
        if (answer == null) {
            return false;
        }
        if (answer == HealthProbe.Health.GOOD) {
            adopted = false;
            return true;
        }
        if (now.isAfter(found.plus(ADOPTION_LIMIT))) {
            killReason = "it did not answer its health check when it was found";
            drain();
        }
        return false;
    }

    private void end(@Nullable Integer code, @Nullable String why, boolean ours) {
        state = InstanceState.EXITED;
        exitCode = code;
        cause = why;
        stoppedByUs = ours;
    }

    /** Whether shim and process are gone, so that the folder may be deleted. */
    boolean hasLeft() {
        ShimState shim = said;
        return shim == null || shim.hasLeft();
    }
}
