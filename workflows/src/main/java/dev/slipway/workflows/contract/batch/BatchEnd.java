package dev.slipway.workflows.contract.batch;

import java.util.Locale;

/** How a task ends. */
public enum BatchEnd {
    /** Every input has its outcome, however many failed. */
    FINISHED,
    /** It could not be run to its end. */
    FAILED,
    /** It was cancelled; what was left has the outcome FAILED "cancelled". */
    STOPPED;

    /** For people, as in "finished". */
    public String words() {
        return name().toLowerCase(Locale.ROOT);
    }
}
