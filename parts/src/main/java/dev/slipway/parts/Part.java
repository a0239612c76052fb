package dev.slipway.parts;

/**
 * An embedded server of one data folder. All methods may be called from any thread; a part is thread-safe. A part does not stop by itself
 * when the JVM ends: the process that started it stops it last, after the work that needs it.
 */
public interface Part {

    /** The short name that messages, pid files and logs use, such as {@code postgres}. */
    String name();

    /** Host and port that clients connect to. */
    String address();

    /**
     * Starts the server, or adopts the one of this data folder that a killed JVM left running, and returns once it answers. Does nothing if
     * it already runs.
     *
     * @throws PartFailure with the reason and the remedy when it cannot be started
     */
    void start();

    /** True while its process exists; cheap enough to ask twice a second. */
    boolean isAlive();

    /** True when it answers a real request within a few seconds. */
    boolean isHealthy();

    /** Shortens a log of it that has become too long; cheap enough to call twice a second. */
    void limitLog();

    /** Stops the server in order, by force after a grace. Does nothing if it does not run. */
    void stop();
}
