package dev.slipway.api.service;

import dev.slipway.adapters.local.LocalInstanceLogs;
import dev.slipway.adapters.postgres.Database;
import dev.slipway.adapters.postgres.batch.PostgresBatchStore;
import dev.slipway.adapters.postgres.instance.PostgresInstanceSetStore;
import dev.slipway.adapters.postgres.pool.PostgresAdmission;
import dev.slipway.adapters.postgres.route.PostgresGateways;
import dev.slipway.adapters.postgres.service.PostgresServiceStore;
import dev.slipway.api.event.EventPages;
import dev.slipway.api.instance.InstanceController;
import dev.slipway.api.settings.ApiProperties;
import dev.slipway.domain.batch.BatchCommands;
import dev.slipway.domain.batch.BatchStore;
import dev.slipway.domain.instance.InstanceSetStore;
import dev.slipway.domain.pool.Admission;
import dev.slipway.domain.service.ServiceCommands;
import dev.slipway.domain.service.ServiceStore;
import dev.slipway.domain.service.ServiceWaker;
import dev.slipway.domain.storage.ProjectObjects;
import dev.slipway.formats.service.CreateServiceReader;
import dev.slipway.formats.service.UpdateServiceReader;
import dev.slipway.workflows.connection.BackgroundWakes;
import dev.slipway.workflows.connection.TemporalServiceWaker;
import dev.slipway.workflows.connection.WorkflowSignals;
import java.time.Clock;
import java.util.List;

/** The wiring of the calls of services. */
public final class ServiceConfiguration {

    private ServiceConfiguration() {}

    public static List<Object> controllers(
            ApiProperties properties,
            Database database,
            WorkflowSignals signals,
            BackgroundWakes wakes,
            EventPages events,
            ProjectObjects objects,
            Clock clock) {
        ServiceStore services = new PostgresServiceStore(database);
        Admission admission = new PostgresAdmission(database, clock);
        ServiceWaker waker = wakes.ofServices(new TemporalServiceWaker(signals));
        ServiceCommands commands = new ServiceCommands(services, properties.pools(), objects, waker, clock);
        BatchStore tasks = new PostgresBatchStore(database);
        InstanceSetStore sets = new PostgresInstanceSetStore(database);
        ServiceBodies bodies =
                new ServiceBodies(services, admission, tasks, sets, new PostgresGateways(database), properties, clock);
        return List.of(
                new ServiceController(
                        commands,
                        services,
                        events,
                        bodies,
                        new CreateServiceReader(properties.objectHost()),
                        new UpdateServiceReader(properties.objectHost())),
                new TaskController(new BatchCommands(services, tasks, waker, clock), bodies),
                new SpecificationController(properties, admission),
                new InstanceController(commands, sets, new LocalInstanceLogs(properties.data())));
    }
}
