package dev.slipway.api.model;

import dev.slipway.adapters.postgres.Database;
import dev.slipway.adapters.postgres.model.PostgresModelStore;
import dev.slipway.adapters.postgres.service.PostgresServiceStore;
import dev.slipway.api.event.EventPages;
import dev.slipway.api.settings.ApiProperties;
import dev.slipway.domain.model.ModelCommands;
import dev.slipway.domain.model.ModelStore;
import dev.slipway.domain.service.ServiceCommands;
import dev.slipway.domain.storage.ProjectObjects;
import dev.slipway.formats.model.CreateModelReader;
import dev.slipway.workflows.connection.BackgroundWakes;
import dev.slipway.workflows.connection.TemporalModelWaker;
import dev.slipway.workflows.connection.TemporalServiceWaker;
import dev.slipway.workflows.connection.WorkflowSignals;
import java.time.Clock;
import java.util.List;

/** The wiring of the calls of models. */
public final class ModelConfiguration {

    private ModelConfiguration() {}

    public static List<Object> controllers(
            ApiProperties properties,
            Database database,
            WorkflowSignals signals,
            BackgroundWakes wakes,
            EventPages events,
            ProjectObjects objects,
            Clock clock) {
        ModelStore models = new PostgresModelStore(database);
        ModelCommands commands = new ModelCommands(
                models, properties.pools(), wakes.ofModels(new TemporalModelWaker(signals)), objects, clock);
        ServiceCommands followers = new ServiceCommands(
                new PostgresServiceStore(database),
                properties.pools(),
                objects,
                wakes.ofServices(new TemporalServiceWaker(signals)),
                clock);
        return List.of(
                new ModelController(
                        commands,
                        models,
                        events,
                        new CreateModelReader(properties.objectHost()),
                        followers,
                        properties.gatewayUrl()),
                new EngineController());
    }
}
