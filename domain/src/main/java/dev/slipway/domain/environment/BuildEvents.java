package dev.slipway.domain.environment;

/** Hears what happens while an environment is made ready, on the thread that asked for it. */
public interface BuildEvents {

    /** It was ready already. */
    void reused(Environment environment);

    /** It is not there: the build begins. */
    void begun(EnvironmentSpec spec);

    /** A line of the build's log. */
    void printed(String line);

    /** The build has succeeded. One that fails is told by the exception alone. */
    void built(Environment environment);

    /** Hears nothing. */
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
