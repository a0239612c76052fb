package dev.slipway.domain.environment;

import dev.slipway.domain.problem.Invalid;
import dev.slipway.domain.problem.Unavailable;
import java.util.List;

/** Makes environments ready and keeps them by digest. Safe for use by many threads. */
public interface Environments {

    /**
     * The environment of that description: the one that is kept, else it is built, which may take minutes. Asked for twice at once, it is
     * built once.
     *
     * @throws Invalid if it can never be had here, naming what; another try is in vain
     * @throws Unavailable if it cannot be had now, saying what helps
     */
    Environment prepare(EnvironmentSpec spec, BuildEvents events) throws InterruptedException;

    /** All that are kept. */
    List<Environment> all();

    /** The end of an environment that nobody uses any more: asked for again, it is built anew. Nothing happens if it is not kept. */
    void remove(EnvironmentDigest environment);
}
