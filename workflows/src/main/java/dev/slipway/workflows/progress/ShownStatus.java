package dev.slipway.workflows.progress;

import dev.slipway.workflows.contract.Attributes;
import io.temporal.workflow.Workflow;
import org.jspecify.annotations.Nullable;

/** The status by which one workflow is found in Temporal. Each change costs an event of the history, so the same again costs nothing. Workflow code only. */
public final class ShownStatus {

    private static final String WAITING = "waiting";

    private @Nullable String shown;

    /** @param status as clients read it */
    public void show(String status) {
        if (!status.equals(shown)) {
            Workflow.upsertTypedSearchAttributes(Attributes.STATUS.valueSet(status));
            shown = status;
        }
    }

    /** That it waits for somebody, such as a holder of slots. */
    public void waits() {
        show(WAITING);
    }

    /** That it goes on. Does nothing if it has not shown that it waits. */
    public void goesOn(String status) {
        if (WAITING.equals(shown)) {
            show(status);
        }
    }
}
