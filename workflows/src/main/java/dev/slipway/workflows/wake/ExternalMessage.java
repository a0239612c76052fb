package dev.slipway.workflows.wake;

import io.temporal.failure.ApplicationFailure;
import io.temporal.workflow.CancelExternalWorkflowException;
import io.temporal.workflow.SignalExternalWorkflowException;

/** A signal or a cancellation that is sent to another workflow. Workflow code only. */
public final class ExternalMessage {

    private ExternalMessage() {}

    /** Sends the message; false if no such workflow runs. */
    public static boolean arrives(Runnable message) {
        try {
            message.run();
            return true;
        } catch (SignalExternalWorkflowException | CancelExternalWorkflowException nobodyThere) {
            return false;
        } catch (ApplicationFailure e) {
            // The SDK reports a message without a recipient by a failure of this type, not by its own exception.
            if (e.getType().startsWith("SIGNAL_EXTERNAL_") || e.getType().startsWith("REQUEST_CANCEL_EXTERNAL_")) {
                return false;
            }
            throw e;
        }
    }
}
