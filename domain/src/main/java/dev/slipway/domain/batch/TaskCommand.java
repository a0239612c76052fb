package dev.slipway.domain.batch;

/** What users may ask of a task while it runs. */
public enum TaskCommand {
    /** It rests at the next record boundary and gives its instances and slots back, for as long as the user likes. */
    PAUSE,
    /** It goes on with what is not done. */
    RESUME
}
