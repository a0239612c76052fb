package dev.slipway.workflows.contract.model;

/** A step of an import of which only a limited number may run at once. */
public enum ImportStep {
    /** Building the image. */
    BUILD("the building of its image"),
    /** The trial start. */
    TRIAL("its trial start");

    private final String words;

    ImportStep(String words) {
        this.words = words;
    }

    /** As in "the model waits for its trial start". */
    public String words() {
        return words;
    }
}
