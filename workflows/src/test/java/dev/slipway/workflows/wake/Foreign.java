package dev.slipway.workflows.wake;

import io.temporal.workflow.SignalMethod;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** A workflow that takes somebody else's id and goes on for days, whoever wakes or cancels it. */
@WorkflowInterface
public interface Foreign {

    @WorkflowMethod
    void live();

    @SignalMethod
    void wake();

    /** Ends at once. Public, since Temporal calls it by reflection. */
    @WorkflowInterface
    interface Passing {

        @WorkflowMethod
        void live();
    }

    /** Public, since Temporal calls it by reflection. */
    final class Unmoved implements Foreign {

        @Override
        public void live() {
            Workflow.newDetachedCancellationScope(() -> Workflow.await(() -> false))
                    .run();
        }

        @Override
        public void wake() {
            // It does not care.
        }
    }

    /** Public, since Temporal calls it by reflection. */
    final class AtOnce implements Passing {

        @Override
        public void live() {
            // It was there.
        }
    }
}
