package dev.slipway.domain.service;

import java.util.Locale;

/** The state that a service shows, and the table of what each command does in each state. */
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

    /** Whether the service leaves this state by itself. */
    public boolean isTransient() {
        return this == DEPLOYING || this == WAITING || this == STOPPING || this == DELETING;
    }

    /** Whether a schedule that is set in this state is armed at once. */
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
        /** 3519: the state does not allow the command. */
        REFUSED,
        /** 3502: the service counts as deleted. */
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
