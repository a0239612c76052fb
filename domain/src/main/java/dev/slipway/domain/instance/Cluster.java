package dev.slipway.domain.instance;

import dev.slipway.domain.problem.NotFound;
import dev.slipway.domain.problem.Unavailable;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A place that runs instances. What is desired may be said again with the same effect, and such a call returns at once; what becomes of
 * it is seen by {@link #status} and {@link #watch}. A cluster that cannot be reached answers any call by {@link Unavailable}, and may
 * have taken what it was told all the same; what it says may be behind what is so, by seconds at most. Keeping the count after a crash is the cluster's: it starts another incarnation after 1 s,
 * doubling to 1 min, for ever, and goes on doing so with the last state that was applied while nobody speaks to it.
 *
 * <p>Called by the one process that leads, never while a row is locked. After a restart of that process the cluster adopts what lives;
 * it keeps no desired state of its own beyond that, so every set has to be applied again.
 */
public interface Cluster {

    /**
     * Brings the set to what is desired: instances that leave are drained and end, others start or, highest ordinals first, are drained
     * and end until there are as many as the count says. A set whose count is 0 is forgotten once all have ended. A revision older than
     * the one applied last changes nothing. A part of the template that this cluster cannot honour fails the set by the part's name.
     */
    void apply(DesiredSet desired);

    /** Drains and ends all instances of a set that nobody owns, and forgets it. Nothing happens if there is no such set. */
    void remove(InstanceSetId set);

    /** How the set stands; wanted 0 and no instances for a set that is not known. */
    SetStatus status(InstanceSetId set);

    /** All sets that are wanted or have living instances. */
    List<InstanceSetId> sets();

    /** Calls {@code changed} (on a thread of the cluster's) after each change of an instance of a set, until closed. */
    AutoCloseable watch(Consumer<InstanceSetId> changed);

    /** The last {@code bytes} of the instance's log, empty if there is none. */
    String logTail(InstanceId instance, int bytes);

    /**
     * The instance's log as bytes, from its last {@code bytes} on. A read waits for more, and finds the end once the instance has ended
     * and all was read, or when the stream was closed by another thread. At its end already if there is no such instance.
     */
    InputStream followLog(InstanceId instance, int bytes);

    /**
     * Runs a command in the instance, with its variables, in its folder, within its limits, and waits for its end, which comes after
     * {@code limit} at the latest. Runs again with each call. A command that is not there ends with exit code 127.
     *
     * @throws NotFound if the instance does not live
     */
    ExecResult exec(InstanceId instance, List<String> command, Duration limit) throws InterruptedException;

    /** What the instance uses; empty if it does not live. */
    Optional<Usage> usage(InstanceId instance);
}
