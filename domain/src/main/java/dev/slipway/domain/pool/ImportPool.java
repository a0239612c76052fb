package dev.slipway.domain.pool;

import java.util.List;

/** The pool of the steps of imports that cost much: so many go on at once, the others queue. No pool of users has its name. */
public final class ImportPool {

    public static final String NAME = "~imports";

    /** Building an image. */
    public static final String BUILD = "build";

    /** A trial start. */
    public static final String TRIAL = "trial";

    /** The flavor of a trial's instance; the one that the user will choose is not known yet. */
    public static final Flavor TRIAL_FLAVOR = new Flavor(TRIAL, 1, 8_192, "CPU");

    private static final int BUILDS = 4;
    private static final int TRIALS = 2;

    private ImportPool() {}

    public static Pool pool() {
        return new Pool(
                NAME,
                List.of(
                        new Pool.PoolFlavor(new Flavor(BUILD, 1, 1, "CPU"), BUILDS),
                        new Pool.PoolFlavor(TRIAL_FLAVOR, TRIALS)));
    }
}
