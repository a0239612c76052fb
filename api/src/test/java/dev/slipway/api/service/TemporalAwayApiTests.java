package dev.slipway.api.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.adapters.postgres.Database;
import dev.slipway.adapters.postgres.model.PostgresModelStore;
import dev.slipway.adapters.postgres.service.PostgresServiceStore;
import dev.slipway.api.RunningApi;
import dev.slipway.api.RunningApi.Answer;
import dev.slipway.domain.access.ProjectId;
import dev.slipway.domain.model.Model;
import dev.slipway.domain.service.Service;
import dev.slipway.domain.service.ServiceId;
import dev.slipway.testing.service.Services;
import dev.slipway.workflows.connection.TemporalProperties;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Commands while Temporal is away: who sends one does not wait for it, and what was accepted is found again by its row. */
@Timeout(120)
class TemporalAwayApiTests {

    /** So long a call of Temporal takes that gets no answer. */
    private static final Duration ONE_WAKE = Duration.ofSeconds(5);

    private static final int SERVICES = 6;

    private final String project = UUID.randomUUID().toString().replace("-", "");

    @Test
    void answersWithoutTemporalWhenItTakesConnectionsAndSaysNothing() throws Exception {
        try (Silent temporal = new Silent();
                RunningApi api = new RunningApi(new TemporalProperties(temporal.address(), "slipway"))) {
            answersEachCommand(api);
            assertThat(temporal.asked.await(30, TimeUnit.SECONDS))
                    .as("it was to be woken")
                    .isTrue();
        }
    }

    @Test
    void answersWithoutTemporalWhenNobodyListens() throws Exception {
        try (RunningApi api = new RunningApi(new TemporalProperties("127.0.0.1:1", "slipway"))) {
            answersEachCommand(api);
        }
    }

    /** Each command wakes a workflow; together they take less time than if each waited for that. */
    private void answersEachCommand(RunningApi api) throws Exception {
        String model = published(api);
        api.call(project, "GET", "/services", "");
        long begun = System.nanoTime();
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < SERVICES; i++) {
            ids.add(create(api, "iris-" + i, model));
        }
        for (String id : ids) {
            accepted(api, "PUT", "/" + id, "{\"status\":\"stopped\"}");
        }
        for (String id : ids.subList(1, SERVICES)) {
            accepted(api, "DELETE", "/" + id, "");
        }
        Duration took = Duration.ofNanos(System.nanoTime() - begun);

        assertThat(took).isLessThan(ONE_WAKE.multipliedBy(3 * SERVICES - 1));
        assertThat(untaken(api)).as("whoever sweeps finds all").containsExactlyInAnyOrderElementsOf(ids);
    }

    private String create(RunningApi api, String name, String model) throws IOException, InterruptedException {
        String body = """
                {"service_name":"%s","infer_type":"real-time","config":[
                 {"model_id":"%s","specification":"%s","instance_count":1,"weight":100}]}""".formatted(name, model, RunningApi.FLAVOR);
        return accepted(api, "POST", "", body).body().path("service_id").stringValue();
    }

    private Answer accepted(RunningApi api, String method, String path, String body)
            throws IOException, InterruptedException {
        Answer answer = api.call(project, method, "/services" + path, body);
        assertThat(answer.status()).as("%s: %s", method, answer.body()).isEqualTo(200);
        return answer;
    }

    private String published(RunningApi api) {
        Model made = Services.published(new ProjectId(project), "iris", "0.0.1");
        try (Database database = api.database()) {
            new PostgresModelStore(database).change(made.id(), row -> {
                row.insert(made);
                return row;
            });
        }
        return made.id().value();
    }

    private static List<String> untaken(RunningApi api) {
        try (Database database = api.database()) {
            return new PostgresServiceStore(database)
                    .untakenSince(Instant.now().plusSeconds(60), null, 100).stream()
                            .map(Service::id)
                            .map(ServiceId::value)
                            .toList();
        }
    }

    /** A server that takes connections, and never says anything. */
    private static final class Silent implements AutoCloseable {

        private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        private final List<Socket> taken = new CopyOnWriteArrayList<>();
        private final CountDownLatch asked = new CountDownLatch(1);

        Silent() throws IOException {
            Thread.ofVirtual().start(() -> {
                try {
                    while (true) {
                        Socket socket = listening.accept();
                        taken.add(socket);
                        asked.countDown();
                    }
                } catch (IOException closed) {
                    // the end of the test
                }
            });
        }

        String address() {
            return "127.0.0.1:" + listening.getLocalPort();
        }

        @Override
        public void close() throws IOException {
            listening.close();
            for (Socket socket : taken) {
                socket.close();
            }
        }
    }
}
