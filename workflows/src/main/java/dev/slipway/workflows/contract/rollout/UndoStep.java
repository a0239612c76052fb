package dev.slipway.workflows.contract.rollout;

/** Undoes a step of a rollout. It is recorded before the step runs, so it must do no harm if the step never ran. */
public enum UndoStep {
    RELEASE_SLOTS("give back the slots of new instances"),
    REMOVE_NEW("remove new instances"),
    SHIFT_BACK("send requests to the old version again"),
    RESTORE_OLD("restore old instances");

    private final String words;

    UndoStep(String words) {
        this.words = words;
    }

    /** Its description, in words that follow "could not". */
    public String words() {
        return words;
    }
}
