package dev.slipway.domain.batch;

import java.util.Locale;

/** The status of a task. The last three are its ends. */
public enum TaskStatus {
    /** Waits for slots or for its first instance. */
    DEPLOYING,
    RUNNING,
    /** Rests without instances and slots, until a user resumes it. */
    PAUSED,
    FINISHED,
    FAILED,
    STOPPED;

    /** The word that clients read. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    public boolean isEnd() {
        return this == FINISHED || this == FAILED || this == STOPPED;
    }
}
