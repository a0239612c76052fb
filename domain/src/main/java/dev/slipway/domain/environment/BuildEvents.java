package dev.slipway.domain.environment;

/** Listens to the preparation of an environment, on the thread that asked for it. */
public interface BuildEvents {

    /** It was already prepared. Lines of the log of its build come before. */
    void reused(Environment environment);

    /** It does not exist yet: the build begins. */
    void begun(EnvironmentSpec spec);

    /** A line of the build's log. */
    void printed(String line);

    /** It is still being built, here or by another caller: about once a second. An exception from here ends the build or the wait. */
    default void goesOn() {}

    /** Something is not as it was asked for, and accepted all the same. Told before {@link #built} and {@link #reused}. */
    default void warned(String text) {}

    /** The build has succeeded. A failed build throws an exception and calls nothing. */
    void built(Environment environment);

    /** Ignores all events. */
    static BuildEvents none() {
        return new BuildEvents() {
            @Override
            public void reused(Environment environment) {}

            @Override
            public void begun(EnvironmentSpec spec) {}

            @Override
            public void printed(String line) {}

            @Override
            public void built(Environment environment) {}
        };
    }
}
