package dev.slipway.adapters.local;

import dev.slipway.domain.instance.Instance;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One replica of a set, by ordinal: its running incarnation, the last exited one, and when the next may start. */
final class Replica {

    private static final Logger LOG = LoggerFactory.getLogger(Replica.class);
    private static final int EXITS_BEFORE_FAILURE = 3;
    private static final int EXIT_CODE_OF_FAILED_LOAD = 3;
    private static final Duration FIRST_BACK_OFF = Duration.ofSeconds(1);
    private static final Duration LONGEST_BACK_OFF = Duration.ofMinutes(1);

    private final int ordinal;
    private boolean wanted;
    private boolean launching;
    private @Nullable LocalInstance living;
    private @Nullable LocalInstance exited;
    private int crashesInARow;
    private boolean everReady;
    private Instant notBefore = Instant.EPOCH;
    private @Nullable String failure;
    private int outages;
    private @Nullable String outage;

    Replica(int ordinal) {
        this.ordinal = ordinal;
    }

    int ordinal() {
        return ordinal;
    }

    boolean isWanted() {
        return wanted;
    }

    void want(boolean value) {
        wanted = value;
    }

    /** Forgets failures from before the set was removed and asked for again. */
    void forgetFailures() {
        failure = null;
        outage = null;
        outages = 0;
        crashesInARow = 0;
        everReady = false;
        notBefore = Instant.EPOCH;
    }

    @Nullable
    LocalInstance living() {
        return living;
    }

    /** Why it can't become ready; null if it can. */
    @Nullable
    String failure() {
        return failure;
    }

    /** What does not answer, so that it can't be started now; null if nothing is known to. */
    @Nullable
    String outage() {
        return outage;
    }

    boolean isEmpty() {
        return living == null && !launching;
    }

    boolean isServingOrStarting() {
        LocalInstance instance = living;
        return instance != null && instance.isAlive() && !instance.isDraining();
    }

    boolean mayStart(Instant now) {
        return wanted && isEmpty() && !now.isBefore(notBefore);
    }

    void beginLaunch() {
        launching = true;
    }

    void endLaunch() {
        launching = false;
    }

    void put(LocalInstance instance, Consumer<LocalInstance> discard) {
        outage = null;
        outages = 0;
        if (instance.isAlive()) {
            living = instance;
        } else {
            putExited(instance, discard);
        }
    }

    private void putExited(LocalInstance instance, Consumer<LocalInstance> discard) {
        LocalInstance previous = exited;
        if (previous != null && previous.id().incarnation() > instance.id().incarnation()) {
            discard.accept(instance);
            return;
        }
        if (previous != null) {
            discard.accept(previous);
        }
        exited = instance;
    }

    /** Checks the running instance. True if something has changed. */
    boolean check(Instant now, Consumer<LocalInstance> discard) {
        LocalInstance instance = living;
        if (instance == null || !instance.check(now)) {
            return false;
        }
        if (instance.isReady()) {
            everReady = true;
            failure = null;
        }
        if (!instance.isAlive()) {
            living = null;
            putExited(instance, discard);
            Instance ended = instance.view();
            if (!ended.stoppedByUs()) {
                LOG.warn(
                        "instance ended instance={} exitCode={} cause={}", ended.id(), ended.exitCode(), ended.cause());
            }
            noteExit(ended, instance.wasEverReady(), instance.readyFor(now), now);
        }
        return true;
    }

    /** Records a start that failed before there was an instance. */
    void noteLaunchFailure(LaunchFailure problem, Instant now) {
        if (problem.isOutage()) {
            outages++;
            outage = problem.getMessage();
            notBefore = now.plus(backOff(outages));
            return;
        }
        outage = null;
        crashesInARow++;
        notBefore = now.plus(backOff(crashesInARow));
        if (problem.isForGood() || (!everReady && crashesInARow >= EXITS_BEFORE_FAILURE)) {
            failure = problem.getMessage();
        }
    }

    /** Records that the instance was claimed but its shim did not start. */
    void failToStart(LocalInstance instance, String why, Instant now, Consumer<LocalInstance> discard) {
        instance.failToStart(why);
        if (living == instance) {
            living = null;
            putExited(instance, discard);
        }
        noteExit(instance.view(), false, Duration.ZERO, now);
    }

    private void noteExit(Instance instance, boolean wasReady, Duration readyFor, Instant now) {
        if (instance.stoppedByUs()) {
            return;
        }
        boolean wasStable = wasReady && readyFor.compareTo(LONGEST_BACK_OFF) >= 0;
        crashesInARow = wasStable ? 1 : crashesInARow + 1;
        notBefore = now.plus(backOff(crashesInARow));
        Integer code = instance.exitCode();
        boolean failedToLoad = code != null && code == EXIT_CODE_OF_FAILED_LOAD;
        if (!everReady && (failedToLoad || crashesInARow >= EXITS_BEFORE_FAILURE)) {
            String cause = instance.cause();
            failure = cause == null ? "the instance ended before it was ready" : cause;
        }
    }

    private static Duration backOff(int times) {
        Duration doubled = FIRST_BACK_OFF.multipliedBy(1L << Math.min(times - 1, 10));
        return doubled.compareTo(LONGEST_BACK_OFF) > 0 ? LONGEST_BACK_OFF : doubled;
    }

    /** Drains the running instance. */
    void drain() {
        LocalInstance instance = living;
        if (instance != null && !instance.isDraining()) {
            instance.drain();
        }
    }

    /** The last exited instance and the running one. */
    List<Instance> views() {
        List<Instance> views = new ArrayList<>();
        if (exited != null) {
            views.add(exited.view());
        }
        if (living != null) {
            views.add(living.view());
        }
        return views;
    }

    /** Forgets the last exited instance. */
    void clear(Consumer<LocalInstance> discard) {
        if (exited != null) {
            discard.accept(exited);
            exited = null;
        }
    }
}
