package dev.slipway.api.model;

import dev.slipway.adapters.postgres.Database;
import dev.slipway.adapters.postgres.model.PostgresModelStore;
import dev.slipway.api.settings.ApiProperties;
import dev.slipway.domain.model.ModelCommands;
import dev.slipway.domain.model.ModelStore;
import dev.slipway.formats.model.CreateModelReader;
import dev.slipway.workflows.connection.BackgroundWakes;
import dev.slipway.workflows.connection.TemporalModelWaker;
import dev.slipway.workflows.connection.WorkflowSignals;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What the calls of models are made of. */
@Configuration(proxyBeanMethods = false)
class ModelConfiguration {

    @Bean
    ModelStore modelStore(Database database) {
        return new PostgresModelStore(database);
    }

    @Bean
    ModelCommands modelCommands(ModelStore models, WorkflowSignals signals, BackgroundWakes wakes, Clock clock) {
        return new ModelCommands(models, wakes.ofModels(new TemporalModelWaker(signals)), clock);
    }

    @Bean
    CreateModelReader createModelReader(ApiProperties properties) {
        return new CreateModelReader(properties.objectHost());
    }
}
