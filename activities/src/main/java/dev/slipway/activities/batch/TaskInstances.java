package dev.slipway.activities.batch;

import dev.slipway.domain.batch.BatchStore;
import dev.slipway.domain.batch.BatchTask;
import dev.slipway.domain.instance.Cluster;
import dev.slipway.domain.instance.InstanceSet;
import dev.slipway.domain.service.InstanceSetStore;
import dev.slipway.domain.service.ServiceStore;

/**
 * The wish for the instances of a task, in its row and in the cluster. Told and taken back under the lock of the task's service, so that
 * nobody who is late, such as a chunk of a process thought dead, brings back instances that were ended.
 */
final class TaskInstances {
    private final ServiceStore services;
    private final InstanceSetStore sets;
    private final BatchStore tasks;
    private final Cluster cluster;

    TaskInstances(ServiceStore services, InstanceSetStore sets, BatchStore tasks, Cluster cluster) {
        this.services = services;
        this.sets = sets;
        this.tasks = tasks;
        this.cluster = cluster;
    }

    static InstanceSet setOf(BatchTask task) {
        return new InstanceSet(task.id().instances(), task.spec().template());
    }

    /** Wants them, anew after a restart of the cluster's process; false if the task has been ended or is no longer its service's. */
    boolean want(BatchTask task) {
        InstanceSet set = setOf(task);
        int count = task.spec().slots().count();
        return services.change(task.service(), transaction -> {
            boolean ours = task.id().value().equals(transaction.service().taskId())
                    && tasks.find(task.id()).filter(row -> row.seal() == null).isPresent();
            if (ours) {
                sets.want(task.service(), set, count);
                cluster.apply(set, count);
            }
            return ours;
        });
    }

    /** Wants none of them any more. */
    void remove(BatchTask task) {
        services.change(task.service(), transaction -> {
            sets.forget(task.id().instances());
            cluster.remove(task.id().instances());
            return true;
        });
    }
}
