package dev.slipway.activities.batch;

import dev.slipway.activities.instance.InstanceLogs;
import dev.slipway.activities.instance.SlotWaiters;
import dev.slipway.domain.batch.BatchStore;
import dev.slipway.domain.batch.BatchTask;
import dev.slipway.domain.batch.TaskId;
import dev.slipway.domain.instance.Instance;
import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.instance.InstanceSetStore;
import dev.slipway.domain.instance.SetStatus;
import dev.slipway.domain.pool.Admission;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.NotFound;
import dev.slipway.domain.wait.Wait;
import dev.slipway.domain.wait.WaitCondition;
import dev.slipway.domain.wait.WaitStore;
import dev.slipway.workflows.contract.batch.BatchInstanceActivities;
import dev.slipway.workflows.contract.batch.BatchRun;
import dev.slipway.workflows.contract.batch.InstancesHealth;
import dev.slipway.workflows.contract.instance.Ending;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@link BatchInstanceActivities} over instance sets. */
public final class BatchInstanceActivitiesImpl implements BatchInstanceActivities {

    private static final Logger LOG = LoggerFactory.getLogger(BatchInstanceActivitiesImpl.class);

    private final TaskInstances instances;
    private final InstanceSetStore sets;
    private final BatchStore tasks;
    private final Admission admission;
    private final WaitStore waits;
    private final SlotWaiters waiters;
    private final InstanceLogs logs;
    private final Clock clock;

    public BatchInstanceActivitiesImpl(
            TaskInstances instances,
            InstanceSetStore sets,
            BatchStore tasks,
            Admission admission,
            WaitStore waits,
            SlotWaiters waiters,
            InstanceLogs logs,
            Clock clock) {
        this.instances = instances;
        this.sets = sets;
        this.tasks = tasks;
        this.admission = admission;
        this.waits = waits;
        this.waiters = waiters;
        this.logs = logs;
        this.clock = clock;
    }

    @Override
    public String startInstances(BatchRun run) {
        BatchTask task = task(run);
        if (!instances.want(task)) {
            return "the task has been ended";
        }
        LOG.info(
                "instances wanted task={} count={}",
                task.id(),
                task.spec().slots().count());
        return "";
    }

    @Override
    public InstancesHealth checkInstances(BatchRun run) {
        InstanceSetId set = new TaskId(run.taskId()).instances();
        await(run, new WaitCondition.Ready(Map.of(set, 1), true));
        SetStatus status =
                sets.find(set).map(InstanceSetStore.Row::observed).orElse(new SetStatus(set, 0, List.of(), null));
        String failure = status.failure();
        if (status.ready() == 0 && failure == null) {
            return new InstancesHealth(
                    InstancesHealth.State.STARTING, "%d instances live, none is ready".formatted(status.living()));
        }
        waits.remove(run.workflowId());
        return status.ready() > 0
                ? new InstancesHealth(InstancesHealth.State.READY, "%d instances are ready".formatted(status.ready()))
                : new InstancesHealth(InstancesHealth.State.FAILED, withLog(status, String.valueOf(failure)));
    }

    /** The cause, and on the lines after it where the log of the last instance is and how it ends. */
    private String withLog(SetStatus status, String failure) {
        return status.instances().stream()
                .map(Instance::id)
                .max(Comparator.comparingInt(InstanceId::incarnation))
                .map(instance -> logs.after(failure, instance))
                .orElse(failure);
    }

    @Override
    public Ending endInstances(BatchRun run, Ending.WaitsFor waitsFor) {
        BatchTask task = task(run);
        InstanceSetId set = task.id().instances();
        WaitCondition.Ended ended = new WaitCondition.Ended(Map.of(set, 0), Set.of());
        instances.end(task);
        await(run, ended);
        if (waitsFor != Ending.WaitsFor.NOTHING
                && !ended.holds(id -> sets.find(id).orElse(null))) {
            return Ending.of(Ending.State.ENDING);
        }
        instances.forget(task);
        waits.remove(run.workflowId());
        LOG.info("instances ended task={}", task.id());
        return Ending.of(Ending.State.ENDED);
    }

    @Override
    public void releaseSlots(BatchRun run) {
        waiters.wake(admission.release(new TaskId(run.taskId()).holder()));
    }

    private void await(BatchRun run, WaitCondition condition) {
        waits.put(new Wait(run.workflowId(), condition, clock.instant()));
    }

    private BatchTask task(BatchRun run) {
        TaskId id = new TaskId(run.taskId());
        return tasks.find(id)
                .orElseThrow(() ->
                        new NotFound(ErrorCode.BATCH_TASK_UNKNOWN, "batch task '%s' does not exist".formatted(id)));
    }
}
