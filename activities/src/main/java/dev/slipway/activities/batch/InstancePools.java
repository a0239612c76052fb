package dev.slipway.activities.batch;

import dev.slipway.domain.batch.BatchTask;
import dev.slipway.domain.batch.TaskId;
import dev.slipway.instance.client.InstanceClient;
import java.util.HashMap;
import java.util.Map;

/** One pool for each task of which this process works on a chunk. */
public final class InstancePools {
    private final TaskInstances instances;
    private final BatchLimits limits;
    private final InstanceClient client;
    private final Map<TaskId, Shared> shared = new HashMap<>();

    private static final class Shared {
        final InstancePool pool;
        int users;

        Shared(InstancePool pool) {
            this.pool = pool;
        }
    }

    /** @param client is not closed */
    public InstancePools(TaskInstances instances, BatchLimits limits, InstanceClient client) {
        this.instances = instances;
        this.limits = limits;
        this.client = client;
    }

    synchronized Lease lease(BatchTask task) {
        Shared found = shared.computeIfAbsent(task.id(), id -> new Shared(pool(task)));
        found.users++;
        return new Lease(task.id(), found.pool);
    }

    private InstancePool pool(BatchTask task) {
        return new InstancePool(instances, task.id().instances(), limits, ChunkWorker.isInBlocks(task), client);
    }

    /** The use of a pool. Must be closed. */
    final class Lease implements AutoCloseable {
        private final TaskId task;
        private final InstancePool pool;

        private Lease(TaskId task, InstancePool pool) {
            this.task = task;
            this.pool = pool;
        }

        InstancePool pool() {
            return pool;
        }

        @Override
        public void close() {
            synchronized (InstancePools.this) {
                Shared found = shared.get(task);
                if (found != null && --found.users == 0) {
                    shared.remove(task);
                    found.pool.close();
                }
            }
        }
    }
}
