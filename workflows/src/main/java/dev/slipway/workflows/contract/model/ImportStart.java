package dev.slipway.workflows.contract.model;

import org.jspecify.annotations.Nullable;

/**
 * The row at the beginning of an import.
 *
 * @param label name and version, for people
 * @param by who gave the import, in words; null if nobody is known
 * @param ended how the import has ended already; null if it is to be done
 * @param predicts whether the model is asked something in its trial start; older histories have null for no
 */
public record ImportStart(
        String label,
        String tenant,
        @Nullable String by,
        @Nullable ImportResult ended,
        @Nullable Boolean predicts) {

    /** Whether the model is asked something in its trial start. */
    public boolean asksForPrediction() {
        return Boolean.TRUE.equals(predicts);
    }
}
