package dev.slipway.domain.instance;

import dev.slipway.domain.problem.NotFound;
import dev.slipway.domain.problem.Unavailable;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Runs instances. A desired state may be applied repeatedly with the same effect. Such a call returns at once; {@link #status} and {@link
 * #watch} show the result. Any call throws {@link Unavailable} if the cluster cannot be reached, and may have taken effect all the same. A
 * status may be some seconds old. The cluster itself keeps the count after a crash: it starts another incarnation after 1 s, doubling to 1
 * min, without end, also while no process calls it.
 *
 * <p>Never called while a row is locked. Only the leader changes and watches sets; any worker may read a log, in which it must not fail
 * where the cluster cannot be reached. After a restart of the leader the cluster adopts running instances, but it does not store the
 * desired state, so every set has to be applied again.
 */
public interface Cluster {

    /**
     * Brings the set to the desired state: leaving instances are drained and ended, then others are started, or drained and ended from the
     * highest ordinal, until the count is reached. A set with count 0 is forgotten once all instances have ended. A revision older than the
     * last applied one changes nothing. If the cluster does not offer a part of the template, the set fails with the name of that part.
     */
    void apply(DesiredSet desired);

    /** Drains and ends all instances of a set without an owner, and forgets it. Does nothing if there is no such set. */
    void remove(InstanceSetId set);

    /** The status of the set; wanted 0 and no instances for an unknown set. */
    SetStatus status(InstanceSetId set);

    /** All sets that are wanted or have running instances. */
    List<InstanceSetId> sets();

    /** Calls {@code changed} (on a thread of the cluster's) after each change of an instance of a set, until closed. */
    AutoCloseable watch(Consumer<InstanceSetId> changed);

    /** The last {@code bytes} of the instance's log, also after its end while the log is kept; empty if there is none. */
    String logTail(InstanceId instance, int bytes);

    /** Where a person finds the log, such as the path of a file on the instance's machine; empty if there is none. */
    String logName(InstanceId instance);

    /**
     * The instance's log as bytes, from its last {@code bytes} on. A read waits for more. The stream ends when the instance has ended and
     * everything was read, or when another thread closes it. It is empty if no log of the instance is kept.
     */
    InputStream followLog(InstanceId instance, int bytes);

    /**
     * Runs a command in the instance, with its variables, in its folder, within its limits, and waits for its end, at most {@code limit}.
     * Each call runs it again. A command that does not exist ends with exit code 127.
     *
     * @throws NotFound if the instance does not run
     */
    ExecResult exec(InstanceId instance, List<String> command, Duration limit) throws InterruptedException;

    /** What the instance uses; empty if it does not run. */
    Optional<Usage> usage(InstanceId instance);
}
