package dev.slipway.domain.service;

import java.util.Locale;

/**
 * What a service shows, and the one table of what a command does in each state. Workflow, API and documentation read it here.
 */
public enum ServiceState {
    DEPLOYING,
    WAITING,
    RUNNING,
    CONCERNING,
    FAILED,
    STOPPED,
    FINISHED,
    STOPPING,
    DELETING,
    DELETED;

    /** The word that clients read. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether the service is on its way to somewhere and nobody has to do anything for it to arrive. */
    public boolean isTransient() {
        return this == DEPLOYING || this == WAITING || this == STOPPING || this == DELETING;
    }

    /** Whether a schedule that is set now begins to count at once. */
    public boolean armsAutoStop() {
        return this == DEPLOYING || this == WAITING || this == RUNNING || this == CONCERNING;
    }

    /** What {@code command} does to a service in this state. */
    public Reaction on(ServiceCommand command) {
        return switch (this) {
            case DEPLOYING, WAITING ->
                switch (command) {
                    case CHANGE_CONFIG -> Reaction.REFUSED;
                    case START -> Reaction.NOTHING;
                    case STOP, AUTO_STOP -> Reaction.STOPPING;
                    case DELETE -> Reaction.DELETING;
                };
            case RUNNING, CONCERNING ->
                switch (command) {
                    case CHANGE_CONFIG -> Reaction.DEPLOYING;
                    case START -> Reaction.NOTHING;
                    case STOP, AUTO_STOP -> Reaction.STOPPING;
                    case DELETE -> Reaction.DELETING;
                };
            case FAILED ->
                switch (command) {
                    case CHANGE_CONFIG, START -> Reaction.DEPLOYING;
                    case STOP -> Reaction.STOPPED;
                    case AUTO_STOP -> Reaction.NOTHING;
                    case DELETE -> Reaction.DELETING;
                };
            case STOPPED, FINISHED ->
                switch (command) {
                    case CHANGE_CONFIG -> Reaction.STORED;
                    case START -> Reaction.DEPLOYING;
                    case STOP, AUTO_STOP -> Reaction.NOTHING;
                    case DELETE -> Reaction.DELETING;
                };
            case STOPPING ->
                switch (command) {
                    case CHANGE_CONFIG, START -> Reaction.REFUSED;
                    case STOP, AUTO_STOP -> Reaction.NOTHING;
                    case DELETE -> Reaction.DELETING;
                };
            case DELETING ->
                switch (command) {
                    case CHANGE_CONFIG, START, STOP -> Reaction.UNKNOWN;
                    case AUTO_STOP, DELETE -> Reaction.NOTHING;
                };
            case DELETED ->
                switch (command) {
                    case CHANGE_CONFIG, START, STOP, DELETE -> Reaction.UNKNOWN;
                    case AUTO_STOP -> Reaction.NOTHING;
                };
        };
    }

    /** What a command does. */
    public enum Reaction {
        /** 3519: the command is not for this state. */
        REFUSED,
        /** 3502: the service is as good as gone. */
        UNKNOWN,
        /** Accepted, and there is nothing to do. */
        NOTHING,
        /** The configuration is kept for the next start; the state stays. */
        STORED,
        DEPLOYING,
        STOPPING,
        STOPPED,
        DELETING
    }
}
