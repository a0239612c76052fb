package dev.slipway.workflows.wake;

import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInfo;

/** Decides when a run should continue as new. Workflow code only. */
public final class LongHistory {

    private static final int EVENTS = 1_200;

    private LongHistory() {}

    /** Whether the server suggests it or the history has more than {@value #EVENTS} events. */
    public static boolean isReached() {
        WorkflowInfo info = Workflow.getInfo();
        return info.isContinueAsNewSuggested() || info.getHistoryLength() > EVENTS;
    }
}
