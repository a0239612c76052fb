package dev.slipway.activities.batch;

import dev.slipway.activities.instance.SlotWaiters;
import dev.slipway.domain.batch.BatchStore;
import dev.slipway.domain.batch.BatchTask;
import dev.slipway.domain.batch.TaskId;
import dev.slipway.domain.instance.Cluster;
import dev.slipway.domain.instance.InstanceState;
import dev.slipway.domain.instance.SetStatus;
import dev.slipway.domain.pool.Admission;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.NotFound;
import dev.slipway.domain.service.InstanceSetStore;
import dev.slipway.domain.service.ServiceStore;
import dev.slipway.workflows.contract.batch.BatchInstanceActivities;
import dev.slipway.workflows.contract.batch.BatchRun;
import io.temporal.activity.Activity;
import io.temporal.activity.ActivityExecutionContext;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@link BatchInstanceActivities} over the cluster. */
public final class BatchInstanceActivitiesImpl implements BatchInstanceActivities {
    private static final Logger LOG = LoggerFactory.getLogger(BatchInstanceActivitiesImpl.class);
    private static final long LOOK_MILLIS = 250;

    private final TaskInstances instances;
    private final BatchStore tasks;
    private final Cluster cluster;
    private final Admission admission;
    private final SlotWaiters wakes;
    private final Clock clock;

    public BatchInstanceActivitiesImpl(
            ServiceStore services,
            InstanceSetStore sets,
            BatchStore tasks,
            Cluster cluster,
            Admission admission,
            SlotWaiters wakes,
            Clock clock) {
        this.instances = new TaskInstances(services, sets, tasks, cluster);
        this.tasks = tasks;
        this.cluster = cluster;
        this.admission = admission;
        this.wakes = wakes;
        this.clock = clock;
    }

    @Override
    public String startInstances(BatchRun run) {
        BatchTask task = task(run);
        if (!instances.want(task)) {
            return "the task has been ended";
        }
        ActivityExecutionContext context = Activity.getExecutionContext();
        Instant begun = Instant.ofEpochMilli(context.getInfo().getScheduledTimestamp());
        Instant deadline = begun.plus(Duration.ofMinutes(task.spec().deployTimeoutMinutes()));
        LOG.info(
                "instances wanted task={} count={}",
                task.id(),
                task.spec().slots().count());
        String[] failure = {""};
        await(context, () -> {
            SetStatus status = cluster.status(task.id().instances());
            if (status.ready() > 0) {
                return true;
            }
            String cause = status.failure();
            if (cause != null) {
                failure[0] = cause;
            } else if (clock.instant().isAfter(deadline)) {
                failure[0] = "no instance was ready within %d minutes"
                        .formatted(task.spec().deployTimeoutMinutes());
            }
            return !failure[0].isEmpty();
        });
        return failure[0];
    }

    @Override
    public void removeInstances(BatchRun run) {
        BatchTask task = task(run);
        instances.remove(task);
        await(Activity.getExecutionContext(), () -> cluster.status(task.id().instances()).instances().stream()
                .allMatch(instance -> instance.state() == InstanceState.EXITED));
        wakes.wake(admission.release(task.id().holder()));
        LOG.info("instances ended task={}", task.id());
    }

    private static void await(ActivityExecutionContext context, BooleanSupplier condition) {
        try {
            while (!condition.getAsBoolean()) {
                context.heartbeat(null);
                Thread.sleep(LOOK_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted: the worker stops", e);
        }
    }

    private BatchTask task(BatchRun run) {
        TaskId id = new TaskId(run.taskId());
        return tasks.find(id)
                .orElseThrow(() ->
                        new NotFound(ErrorCode.BATCH_TASK_UNKNOWN, "batch task '%s' does not exist".formatted(id)));
    }
}
