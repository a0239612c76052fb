package dev.slipway.domain.pool;

import java.util.List;

/** The pool for the expensive steps of imports: a limited number run at once, the others wait. Users cannot name a pool like this one. */
public final class ImportPool {

    /** Names that begin so are not for pools of the settings. */
    private static final String RESERVED = "~";

    public static final String NAME = RESERVED + "imports";

    /** Building an image. */
    public static final String BUILD = "build";

    /** A trial start. */
    public static final String TRIAL = "trial";

    /** The flavor of a trial start where neither model nor settings name another. */
    public static final Flavor TRIAL_FLAVOR = new Flavor(TRIAL, 1, 8_192, "CPU");

    /** Where images are built. */
    public static final PlacedFlavor BUILD_PLACE = new PlacedFlavor(NAME, new Flavor(BUILD, 1, 1, "CPU"));

    private static final int BUILDS = 4;

    private ImportPool() {}

    /** Whether the name is kept for pools that are not in the settings. */
    public static boolean isReserved(String name) {
        return name.startsWith(RESERVED);
    }

    /** @param trials how many trial starts run in it at once */
    public static Pool pool(int trials) {
        return new Pool(
                NAME,
                List.of(new Pool.PoolFlavor(BUILD_PLACE.flavor(), BUILDS), new Pool.PoolFlavor(TRIAL_FLAVOR, trials)));
    }
}
