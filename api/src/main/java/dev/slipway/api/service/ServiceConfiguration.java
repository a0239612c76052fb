package dev.slipway.api.service;

import dev.slipway.adapters.postgres.Database;
import dev.slipway.adapters.postgres.batch.PostgresBatchStore;
import dev.slipway.adapters.postgres.pool.PostgresAdmission;
import dev.slipway.adapters.postgres.route.PostgresGateways;
import dev.slipway.adapters.postgres.service.PostgresServiceStore;
import dev.slipway.api.settings.ApiProperties;
import dev.slipway.domain.batch.BatchTasks;
import dev.slipway.domain.pool.Admission;
import dev.slipway.domain.route.Gateways;
import dev.slipway.domain.service.ServiceCommands;
import dev.slipway.domain.service.ServiceStore;
import dev.slipway.domain.service.ServiceWaker;
import dev.slipway.formats.service.CreateServiceReader;
import dev.slipway.formats.service.UpdateServiceReader;
import dev.slipway.workflows.connection.BackgroundWakes;
import dev.slipway.workflows.connection.TemporalServiceWaker;
import dev.slipway.workflows.connection.WorkflowSignals;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What the calls of services are made of. */
@Configuration(proxyBeanMethods = false)
class ServiceConfiguration {

    @Bean
    ServiceStore serviceStore(Database database) {
        return new PostgresServiceStore(database);
    }

    @Bean
    BatchTasks batchTasks(Database database) {
        return new PostgresBatchStore(database);
    }

    @Bean
    Gateways gateways(Database database) {
        return new PostgresGateways(database);
    }

    @Bean
    Admission admission(Database database, Clock clock) {
        return new PostgresAdmission(database, clock);
    }

    @Bean
    ServiceWaker serviceWaker(WorkflowSignals signals, BackgroundWakes wakes) {
        TemporalServiceWaker waker = new TemporalServiceWaker(signals);
        return wakes.ofServices(waker);
    }

    @Bean
    ServiceCommands serviceCommands(ServiceStore services, ApiProperties properties, ServiceWaker wake, Clock clock) {
        return new ServiceCommands(services, properties.pools(), wake, clock);
    }

    @Bean
    CreateServiceReader createServiceReader(ApiProperties properties) {
        return new CreateServiceReader(properties.objectHost());
    }

    @Bean
    UpdateServiceReader updateServiceReader(ApiProperties properties) {
        return new UpdateServiceReader(properties.objectHost());
    }
}
