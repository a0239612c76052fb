package dev.slipway.workflows.wake;

import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInfo;

/** When a run has had so many events that its work is better continued as new. Workflow code only. */
public final class LongHistory {

    private static final int EVENTS = 1_200;

    private LongHistory() {}

    /** Whether it is time, by the server's word or at {@value #EVENTS} events. */
    public static boolean isReached() {
        WorkflowInfo info = Workflow.getInfo();
        return info.isContinueAsNewSuggested() || info.getHistoryLength() > EVENTS;
    }
}
