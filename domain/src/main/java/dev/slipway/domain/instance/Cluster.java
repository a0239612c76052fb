package dev.slipway.domain.instance;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * A place that runs instances. All calls may be repeated with the same effect and return at once; what becomes of it is seen by
 * {@link #status} and {@link #watch}. Keeping the count after a crash is the cluster's: it starts another incarnation after 1 s,
 * doubling to 1 min, for ever.
 *
 * <p>After a restart of this process the cluster adopts what lives; it keeps no wish of its own beyond that, so every set has to be
 * applied again.
 */
public interface Cluster {

    /** Wants {@code count} instances of the set. Surplus ones (highest ordinals first) are drained and end. */
    void apply(InstanceSet set, int count);

    /** Drains and ends all instances of the set and forgets it. Nothing happens if there is no such set. */
    void remove(InstanceSetId set);

    /** Drains and ends this very instance; the wanted count of its set falls by one, once however often this is called. */
    void removeInstance(InstanceId instance);

    /** How the set stands; wanted 0 and no instances for a set that is not known. */
    SetStatus status(InstanceSetId set);

    /** All sets that are wanted or have living instances. */
    List<InstanceSetId> sets();

    /** Calls {@code changed} (on a thread of the cluster's) after each change of an instance of a set, until closed. */
    AutoCloseable watch(Consumer<InstanceSetId> changed);

    /** Starts one instance outside any set, waits for its readiness at most {@code limit}, and ends it. Blocks. */
    SmokeResult smoke(String name, InstanceTemplate template, Duration limit) throws InterruptedException;

    /** The last {@code bytes} of the instance's log, empty if there is none. */
    String logTail(InstanceId instance, int bytes);
}
