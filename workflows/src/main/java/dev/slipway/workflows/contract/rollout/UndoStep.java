package dev.slipway.workflows.contract.rollout;

/** What undoes a step of a rollout. Noted before the step runs; each also undoes a step that never happened. */
public enum UndoStep {
    RELEASE_SLOTS("give back the slots of new instances"),
    REMOVE_NEW("remove new instances"),
    SHIFT_BACK("send requests to the old version again"),
    RESTORE_OLD("restore old instances");

    private final String words;

    UndoStep(String words) {
        this.words = words;
    }

    /** What it does, in words that follow "could not". */
    public String words() {
        return words;
    }
}
