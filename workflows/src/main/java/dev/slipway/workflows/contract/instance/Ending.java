package dev.slipway.workflows.contract.instance;

/**
 * How far a scale-down has come.
 *
 * @param details for {@link State#HELD} the gateways and why they hold; otherwise empty
 */
public record Ending(State state, String details) {

    /** What to do next follows from it. */
    public enum State {
        /** A gateway may still send requests to an instance, or has some open: nothing has ended. */
        HELD,
        /** The instances were told to end and some have not. */
        ENDING,
        /** All have ended; their rows are gone. */
        ENDED,
        /** A newer command is there, which sees to the instances. */
        OVERTAKEN
    }

    /** What is waited for before instances end. */
    public enum WaitsFor {
        /** Gateways, however long they hold, then the instances. */
        GATEWAYS,
        /** The instances only. */
        INSTANCES,
        /** Nothing: the rows go, and whoever reconciles ends what is left. */
        NOTHING
    }

    public static Ending of(State state) {
        return new Ending(state, "");
    }
}
