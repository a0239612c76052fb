package dev.slipway.workflows.contract.retention;

import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.util.List;

/**
 * Removes what is kept no longer: events, work of batch tasks, rows, counts, images, unpacked models, folders of ended instances. Started
 * each hour by the Schedule {@value #SCHEDULE}, and by hand as often as one likes. A kind that cannot be removed does not keep the others
 * from it; the run fails in the end and names it.
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
