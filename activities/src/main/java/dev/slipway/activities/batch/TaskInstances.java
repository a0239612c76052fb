package dev.slipway.activities.batch;

import dev.slipway.domain.batch.BatchStore;
import dev.slipway.domain.batch.BatchTask;
import dev.slipway.domain.batch.TaskStatus;
import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.instance.InstanceSet;
import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.instance.InstanceSetStore;
import dev.slipway.domain.instance.SetOwner;
import dev.slipway.domain.instance.SetStatus;
import dev.slipway.domain.service.ServiceStore;
import dev.slipway.domain.service.Wanted;
import java.util.List;
import java.util.Set;

/**
 * The desired instances of a task, in rows. Written under the lock of the task's service, so that a late writer, such as a chunk in a
 * process that was thought dead, cannot bring back instances that were ended.
 */
public final class TaskInstances {

    private final ServiceStore services;
    private final InstanceSetStore sets;
    private final BatchStore tasks;

    public TaskInstances(ServiceStore services, InstanceSetStore sets, BatchStore tasks) {
        this.services = services;
        this.sets = sets;
        this.tasks = tasks;
    }

    static InstanceSet setOf(BatchTask task) {
        return new InstanceSet(task.id().instances(), task.spec().template());
    }

    /** Asks for the instances; false if the task is paused, has ended or is no longer the present one of its service. */
    boolean want(BatchTask task) {
        InstanceSet set = setOf(task);
        int count = task.spec().slots().count();
        return services.change(task.service(), transaction -> {
            boolean ours = task.id().value().equals(transaction.service().taskId())
                    && tasks.find(task.id())
                            .filter(row -> row.seal() == null && row.status() != TaskStatus.PAUSED)
                            .isPresent();
            if (ours) {
                sets.want(SetOwner.service(task.service().value()), set, count);
            }
            return ours;
        });
    }

    /** Whether the task's service still asks for it: it was not stopped or deleted, and has no newer task. */
    public boolean isWanted(BatchTask task) {
        return services.find(task.service())
                .filter(service -> task.id().value().equals(service.taskId()) && service.wanted() == Wanted.RUNNING)
                .isPresent();
    }

    /** Their observed state. */
    SetStatus status(InstanceSetId set) {
        return sets.find(set).map(InstanceSetStore.Row::observed).orElse(new SetStatus(set, 0, List.of(), null));
    }

    /** Replaces an instance that hangs. */
    void replace(InstanceId instance) {
        sets.replace(instance);
    }

    /** Ends all instances. */
    void end(BatchTask task) {
        services.change(task.service(), transaction -> {
            sets.scaleDown(task.id().instances(), 0, Set.of());
            return true;
        });
    }

    /** Removes the set after its instances have ended. */
    void forget(BatchTask task) {
        services.change(task.service(), transaction -> {
            sets.forget(task.id().instances());
            return true;
        });
    }
}
