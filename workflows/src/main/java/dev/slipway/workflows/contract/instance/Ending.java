package dev.slipway.workflows.contract.instance;

/**
 * The progress of a scale-down.
 *
 * @param details for {@link State#HELD} the gateways and why they hold; otherwise empty
 */
public record Ending(State state, String details) {

    /** Decides what to do next. */
    public enum State {
        /** A gateway may still send requests to an instance, or has some open: nothing has ended. */
        HELD,
        /** The instances were told to end and some have not. */
        ENDING,
        /** All have ended; their rows are gone. */
        ENDED,
        /** A newer command takes care of the instances. */
        OVERTAKEN
    }

    /** What is waited for before instances end. */
    public enum WaitsFor {
        /** The gateways, without a limit, then the instances. */
        GATEWAYS,
        /** The instances only. */
        INSTANCES,
        /** Nothing: the rows are removed, and the reconciler ends what is left. */
        NOTHING
    }

    public static Ending of(State state) {
        return new Ending(state, "");
    }
}
