package dev.slipway.worker;

import dev.slipway.adapters.postgres.Database;
import dev.slipway.adapters.postgres.batch.PostgresBatchStore;
import dev.slipway.adapters.postgres.event.PostgresEventStore;
import dev.slipway.adapters.postgres.instance.PostgresInstanceSetStore;
import dev.slipway.adapters.postgres.model.PostgresModelStore;
import dev.slipway.adapters.postgres.pool.PostgresAdmission;
import dev.slipway.adapters.postgres.rollout.PostgresRolloutStore;
import dev.slipway.adapters.postgres.route.PostgresGateways;
import dev.slipway.adapters.postgres.service.PostgresServiceStore;
import dev.slipway.adapters.postgres.wait.PostgresWaitStore;
import dev.slipway.domain.batch.BatchStore;
import dev.slipway.domain.event.EventStore;
import dev.slipway.domain.instance.InstanceSetStore;
import dev.slipway.domain.model.ModelStore;
import dev.slipway.domain.rollout.RolloutStore;
import dev.slipway.domain.route.Gateways;
import dev.slipway.domain.service.ServiceStore;
import dev.slipway.domain.wait.WaitStore;
import java.time.Clock;

/** The rows that a worker reads and writes, all of one database. */
record WorkerStores(
        Database database,
        EventStore events,
        ModelStore models,
        ServiceStore services,
        InstanceSetStore sets,
        RolloutStore rollouts,
        BatchStore tasks,
        Gateways gateways,
        WaitStore waits,
        PostgresAdmission admission) {

    static WorkerStores of(Database database, Clock clock) {
        return new WorkerStores(
                database,
                new PostgresEventStore(database),
                new PostgresModelStore(database),
                new PostgresServiceStore(database),
                new PostgresInstanceSetStore(database),
                new PostgresRolloutStore(database),
                new PostgresBatchStore(database),
                new PostgresGateways(database),
                new PostgresWaitStore(database),
                new PostgresAdmission(database, clock));
    }
}
