package dev.slipway.workflows.contract.retention;

import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.util.List;

/**
 * Removes what is no longer kept: events, work of batch tasks, rows, counts, images, unpacked models, folders of ended instances. The
 * Schedule {@value #SCHEDULE} starts it each hour; it can be started by hand at any time. If a kind cannot be removed, the others are
 * removed all the same, and the run fails in the end and names that kind.
 */
@WorkflowInterface
public interface Retention {

    /** The id of the Schedule. */
    String SCHEDULE = "schedule/retention";

    /** The name in the Temporal UI. */
    String TYPE = "Retention";

    /** What was removed, by kind; kinds of which nothing was removed are left out. */
    @WorkflowMethod(name = TYPE)
    List<RemovedKind> removeOld();
}
