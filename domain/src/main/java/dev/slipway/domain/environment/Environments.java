package dev.slipway.domain.environment;

import dev.slipway.domain.problem.Invalid;
import dev.slipway.domain.problem.Unavailable;
import java.util.List;

/** Prepares environments and keeps them by digest. Safe for use by many threads. */
public interface Environments {

    /**
     * Returns the environment of that spec. It is built if it is not kept, which may take minutes. Concurrent calls build it once, also those
     * of other processes.
     *
     * @param wheels the files that the spec names; each is read at most once, and only for a build
     * @throws Invalid if it can never be built here; names the part and is never worth a retry
     * @throws Unavailable if it cannot be built now; says what helps
     */
    Environment prepare(EnvironmentSpec spec, Wheels wheels, BuildEvents events) throws InterruptedException;

    /** All that are kept. */
    List<Environment> all();

    /** Removes an environment that nobody uses any more. The next {@link #prepare} builds it again. Does nothing if it is not kept. */
    void remove(EnvironmentDigest environment);
}
