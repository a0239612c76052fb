package dev.slipway.worker;

import com.google.protobuf.Timestamp;
import dev.slipway.domain.workflow.WorkflowIds;
import dev.slipway.workflows.connection.Payloads;
import dev.slipway.workflows.contract.Queues;
import dev.slipway.workflows.contract.batch.BatchRun;
import dev.slipway.workflows.contract.model.ImportInput;
import dev.slipway.workflows.contract.rollout.RolloutInput;
import dev.slipway.workflows.contract.service.ServiceInput;
import io.temporal.api.common.v1.WorkflowType;
import io.temporal.api.enums.v1.EventType;
import io.temporal.api.history.v1.History;
import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.api.history.v1.WorkflowExecutionStartedEventAttributes;
import io.temporal.api.history.v1.WorkflowTaskCompletedEventAttributes;
import io.temporal.api.history.v1.WorkflowTaskScheduledEventAttributes;
import io.temporal.api.history.v1.WorkflowTaskStartedEventAttributes;
import io.temporal.api.taskqueue.v1.TaskQueue;
import io.temporal.common.WorkflowExecutionHistory;
import io.temporal.worker.Worker;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replays a made-up history for the main workflow types before the worker polls. Their code runs up to its first activity call; nothing is
 * sent to Temporal. This loads the classes outside of a workflow task, whose time is limited.
 */
final class WarmUp {

    private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);
    private static final String NOBODY = "warm-up";
    private static final BatchRun JOB = new BatchRun(NOBODY, NOBODY, NOBODY, 1);
    private static final ImportInput IMPORT = new ImportInput(NOBODY, NOBODY, NOBODY);

    /** The workflows, each with an input. */
    private static final List<FirstTask> FIRST_TASKS = List.of(
            new FirstTask("ServiceLifecycle", WorkflowIds.service(NOBODY, NOBODY), ServiceInput.of(NOBODY)),
            new FirstTask(
                    "Rollout",
                    WorkflowIds.rollout(NOBODY, NOBODY, 1),
                    new RolloutInput(NOBODY, NOBODY, 1, NOBODY, null)),
            new FirstTask("BatchInference", JOB.workflowId(), JOB),
            new FirstTask("ModelImport", IMPORT.workflowId(), IMPORT));

    private WarmUp() {}

    private record FirstTask(String type, String id, Object input) {

        /** Up to where its first workflow task is on. */
        WorkflowExecutionHistory history() {
            io.temporal.api.common.v1.Payloads.Builder inputs = io.temporal.api.common.v1.Payloads.newBuilder();
            Payloads.converter().toPayload(input).ifPresent(inputs::addPayloads);
            TaskQueue queue = TaskQueue.newBuilder().setName(Queues.CONTROL).build();
            HistoryEvent started = event(1, EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED)
                    .setWorkflowExecutionStartedEventAttributes(WorkflowExecutionStartedEventAttributes.newBuilder()
                            .setWorkflowType(WorkflowType.newBuilder().setName(type))
                            .setTaskQueue(queue)
                            .setInput(inputs)
                            .setOriginalExecutionRunId(NOBODY)
                            .setFirstExecutionRunId(NOBODY)
                            .setAttempt(1))
                    .build();
            HistoryEvent scheduled = event(2, EventType.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED)
                    .setWorkflowTaskScheduledEventAttributes(WorkflowTaskScheduledEventAttributes.newBuilder()
                            .setTaskQueue(queue)
                            .setAttempt(1))
                    .build();
            HistoryEvent on = event(3, EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED)
                    .setWorkflowTaskStartedEventAttributes(
                            WorkflowTaskStartedEventAttributes.newBuilder().setScheduledEventId(2))
                    .build();
            HistoryEvent done = event(4, EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED)
                    .setWorkflowTaskCompletedEventAttributes(WorkflowTaskCompletedEventAttributes.newBuilder()
                            .setScheduledEventId(2)
                            .setStartedEventId(3))
                    .build();
            return new WorkflowExecutionHistory(
                    History.newBuilder()
                            .addAllEvents(List.of(started, scheduled, on, done))
                            .build(),
                    id);
        }

        private static HistoryEvent.Builder event(long id, EventType type) {
            return HistoryEvent.newBuilder()
                    .setEventId(id)
                    .setEventType(type)
                    .setEventTime(Timestamp.newBuilder().setSeconds(1));
        }
    }

    /**
     * To be called before the worker polls. What cannot be warmed up is slow the first time, no more.
     *
     * @return the types that have taken their first step
     */
    static List<String> of(Worker worker) {
        long begun = System.nanoTime();
        List<String> warm = FIRST_TASKS.stream()
                .filter(each -> isReplayed(worker, each))
                .map(FirstTask::type)
                .toList();
        LOG.info(
                "warmed up workflows={} ms={}",
                warm.size(),
                Duration.ofNanos(System.nanoTime() - begun).toMillis());
        return warm;
    }

    private static boolean isReplayed(Worker worker, FirstTask each) {
        try {
            worker.replayWorkflowExecution(each.history());
            return true;
        } catch (Exception
                | LinkageError
                        e) { // an edge: the SDK declares nothing narrower, and a cold start is a start all the same
            LOG.warn("not warmed up workflow={}", each.type(), e);
            return false;
        }
    }
}
