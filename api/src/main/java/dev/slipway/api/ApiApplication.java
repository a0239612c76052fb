package dev.slipway.api;

import dev.slipway.adapters.postgres.Database;
import dev.slipway.adapters.postgres.event.PostgresEventStore;
import dev.slipway.api.access.AccessConfiguration;
import dev.slipway.api.body.SentBodyResolver;
import dev.slipway.api.event.EventPages;
import dev.slipway.api.header.RequestIdFilter;
import dev.slipway.api.header.SubjectTokenResolver;
import dev.slipway.api.health.HealthController;
import dev.slipway.api.health.Readiness;
import dev.slipway.api.health.ReadyCheck;
import dev.slipway.api.health.StoreAnswers;
import dev.slipway.api.model.ModelConfiguration;
import dev.slipway.api.operation.OpenApiController;
import dev.slipway.api.problem.ProblemAdvice;
import dev.slipway.api.problem.RefusalValve;
import dev.slipway.api.query.ListQueryResolver;
import dev.slipway.api.server.WebMvc;
import dev.slipway.api.server.WebServer;
import dev.slipway.api.service.ServiceConfiguration;
import dev.slipway.api.settings.ApiProperties;
import dev.slipway.domain.storage.ProjectObjects;
import dev.slipway.workflows.connection.BackgroundWakes;
import dev.slipway.workflows.connection.TemporalConnection;
import dev.slipway.workflows.connection.WorkflowSignals;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The API and the wiring of its parts. {@link #start} returns once it answers; {@link #close} accepts no more requests, waits for running
 * ones, and closes the parts in reverse order.
 */
public final class ApiApplication implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ApiApplication.class);

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private @Nullable WebServer server;

    private ApiApplication() {}

    public static ApiApplication start(ApiProperties properties) {
        ApiApplication application = new ApiApplication();
        try {
            application.wire(properties, Clock.systemUTC());
            return application;
        } catch (RuntimeException e) {
            application.close();
            throw e;
        }
    }

    private void wire(ApiProperties properties, Clock clock) {
        Database database = open(Database.open(properties.database()));
        database.migrate();
        TemporalConnection temporal = open(TemporalConnection.open(properties.temporal(), "api"));
        WorkflowSignals signals = new WorkflowSignals(temporal.client());
        BackgroundWakes wakes = open(new BackgroundWakes());
        EventPages events = new EventPages(new PostgresEventStore(database));

        AccessConfiguration access = new AccessConfiguration(properties, database, clock);
        access.takeAccountsFromSettings();

        ProjectObjects objects = new ProjectObjects(properties.grants(), access::projects);
        WebMvc web = new WebMvc();
        List<Object> controllers = new ArrayList<>();
        controllers.add(access.controller());
        controllers.addAll(
                ModelConfiguration.controllers(properties, database, signals, wakes, events, objects, clock));
        controllers.addAll(
                ServiceConfiguration.controllers(properties, database, signals, wakes, events, objects, clock));
        controllers.add(new OpenApiController(web.routes()));
        controllers.add(new HealthController(open(readiness(properties, database, temporal))));
        server = open(WebServer.start(
                properties.host(),
                properties.port(),
                web.servlet(
                        controllers,
                        new ProblemAdvice(),
                        List.of(
                                access.callers(),
                                new SubjectTokenResolver(),
                                new SentBodyResolver(),
                                new ListQueryResolver())),
                new RequestIdFilter(),
                RefusalValve.class));
    }

    private static Readiness readiness(ApiProperties properties, Database database, TemporalConnection temporal) {
        return new Readiness(List.of(
                new ReadyCheck("database", database::check),
                new ReadyCheck("temporal", temporal::check),
                new ReadyCheck(
                        "object storage", new StoreAnswers(properties.objects().endpoint()))));
    }

    private <T extends AutoCloseable> T open(T part) {
        opened.push(part);
        return part;
    }

    /** The port that it listens on. */
    public int port() {
        return Objects.requireNonNull(server).port();
    }

    @Override
    public void close() {
        while (!opened.isEmpty()) {
            AutoCloseable part = opened.pop();
            try {
                part.close();
            } catch (Exception e) { // an edge: one part that does not close must not keep the others open
                LOG.warn("could not close part={}", part.getClass().getSimpleName(), e);
            }
        }
    }
}
