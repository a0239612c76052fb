package dev.slipway.api;

import dev.slipway.adapters.postgres.Database;
import dev.slipway.adapters.postgres.access.PostgresAccountStore;
import dev.slipway.adapters.postgres.event.PostgresEventStore;
import dev.slipway.api.settings.ApiProperties;
import dev.slipway.domain.access.AccountStore;
import dev.slipway.domain.access.LoginBudget;
import dev.slipway.domain.access.Passwords;
import dev.slipway.domain.access.TokenService;
import dev.slipway.domain.access.TokenSigner;
import dev.slipway.domain.event.EventStore;
import dev.slipway.workflows.connection.BackgroundWakes;
import dev.slipway.workflows.connection.TemporalConnection;
import dev.slipway.workflows.connection.WorkflowSignals;
import java.time.Clock;
import java.util.List;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.error.ErrorMvcAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.http.MediaType;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.config.annotation.ContentNegotiationConfigurer;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** What the API is made of. Controllers, filters and advices are found below this package. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration(exclude = ErrorMvcAutoConfiguration.class)
@ComponentScan
class ApiConfiguration {

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    Database database(ApiProperties properties) {
        Database database = Database.open(properties.database());
        database.migrate();
        return database;
    }

    @Bean
    TemporalConnection temporal(ApiProperties properties) {
        return TemporalConnection.open(properties.temporal(), "api");
    }

    @Bean
    BackgroundWakes backgroundWakes() {
        return new BackgroundWakes();
    }

    @Bean
    WorkflowSignals signals(TemporalConnection temporal) {
        return new WorkflowSignals(temporal.client());
    }

    @Bean
    AccountStore accountStore(Database database) {
        return new PostgresAccountStore(database);
    }

    @Bean
    EventStore eventStore(Database database) {
        return new PostgresEventStore(database);
    }

    @Bean
    Passwords passwords() {
        return new Passwords();
    }

    @Bean
    TokenSigner tokenSigner(ApiProperties properties, Clock clock) {
        return new TokenSigner(properties.tokenKey(), clock);
    }

    @Bean
    TokenService tokenService(AccountStore accounts, Passwords passwords, TokenSigner signer, Clock clock) {
        return new TokenService(accounts, passwords, new LoginBudget(clock, passwordChecks()), signer, clock);
    }

    /** A quarter of the cores: the others answer predictions in the same process. */
    private static int passwordChecks() {
        return Math.max(1, Runtime.getRuntime().availableProcessors() / 4);
    }

    @Bean
    WebMvcConfigurer web(List<HandlerMethodArgumentResolver> ours) {
        return new WebMvcConfigurer() {
            @Override
            public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
                resolvers.addAll(ours);
            }

            /** Answers are JSON, whatever the header Accept asks for. */
            @Override
            public void configureContentNegotiation(ContentNegotiationConfigurer types) {
                types.ignoreAcceptHeader(true).defaultContentType(MediaType.APPLICATION_JSON);
            }
        };
    }
}
