package dev.slipway.api.instance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.adapters.postgres.Database;
import dev.slipway.adapters.postgres.instance.PostgresInstanceSetStore;
import dev.slipway.adapters.postgres.model.PostgresModelStore;
import dev.slipway.api.RunningApi;
import dev.slipway.api.RunningApi.Answer;
import dev.slipway.domain.access.ProjectId;
import dev.slipway.domain.instance.Instance;
import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.instance.InstanceSet;
import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.instance.InstanceState;
import dev.slipway.domain.instance.SetOwner;
import dev.slipway.domain.instance.SetStatus;
import dev.slipway.domain.model.Model;
import dev.slipway.testing.instance.Templates;
import dev.slipway.testing.service.Services;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The calls of instances over HTTP; no worker runs, so the test writes the rows and the files. */
class InstanceApiTests {

    private static final RunningApi API = new RunningApi();

    private final String project = UUID.randomUUID().toString().replace("-", "");
    private String service = "";

    @AfterAll
    static void close() {
        API.close();
    }

    @BeforeEach
    void create() throws Exception {
        Model model = Services.published(new ProjectId(project), "iris", "0.0.1");
        try (Database database = API.database()) {
            new PostgresModelStore(database).change(model.id(), row -> {
                row.insert(model);
                row.save(model);
                return row;
            });
        }
        Answer created =
                API.call(project, "POST", "/services", """
                {"service_name": "iris", "infer_type": "real-time", "config": [{"model_id": "%s", "weight": 100,
                 "specification": "%s", "instance_count": 1}]}""".formatted(model.id().value(), RunningApi.FLAVOR));
        service = created.body().path("service_id").asString();
    }

    private InstanceId id(int incarnation) {
        return new InstanceId(new InstanceSetId("service-%s-g1-e0".formatted(service)), 0, incarnation);
    }

    private static String ended(String owner, InstanceId id, String log) throws IOException {
        Path folder = API.data().resolve("instance-logs").resolve(owner).resolve(id.toString());
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("state.json"), """
                {"state": "exited", "started_at": 1700000000.25, "ended_at": 1700000060.5, "exit_code": 1, "cause": "it fell"}""");
        return Files.writeString(folder.resolve("log"), log).toString();
    }

    private Answer get(String path) throws Exception {
        return API.call(project, "GET", "/services/" + service + "/instances" + path, "");
    }

    private static String lines(int from, int to) {
        return IntStream.rangeClosed(from, to).mapToObj(n -> "line " + n + "\n").collect(Collectors.joining());
    }

    @Test
    void listsWhatRunsAndWhatHasEndedTheLatestStartFirst() throws Exception {
        String file = ended(service, id(7), "bye\n");
        try (Database database = API.database()) {
            PostgresInstanceSetStore sets = new PostgresInstanceSetStore(database);
            InstanceSet set = new InstanceSet(id(8).set(), Templates.labelled("iris 0.0.1"));
            sets.want(SetOwner.service(service), set, 1);
            Instance starting = new Instance(id(8), InstanceState.STARTING, null, null, null, false);
            sets.observe(new SetStatus(set.id(), 1, List.of(starting), null), 1_000);
        }

        JsonNode body = get("").body();

        assertThat(body.path("count").asInt()).isEqualTo(2);
        JsonNode first = body.path("instances").path(0);
        assertThat(first.path("instance_id").asString()).isEqualTo(id(8).toString());
        assertThat(first.path("state").asString()).isEqualTo("starting");
        assertThat(first.has("log_file")).isFalse();
        JsonNode second = body.path("instances").path(1);
        assertThat(second.path("instance_id").asString()).isEqualTo(id(7).toString());
        assertThat(second.path("state").asString()).isEqualTo("exited");
        assertThat(second.path("started_at").asLong()).isEqualTo(1_700_000_000_250L);
        assertThat(second.path("ended_at").asLong()).isEqualTo(1_700_000_060_500L);
        assertThat(second.path("exit_code").asInt()).isEqualTo(1);
        assertThat(second.path("cause").asString()).isEqualTo("it fell");
        assertThat(second.path("log_file").asString()).isEqualTo(file);
        assertThat(second.path("log_bytes").asInt()).isEqualTo(4);
    }

    @Test
    void readsTheLastLinesOfALog() throws Exception {
        ended(service, id(7), lines(1, 300));

        JsonNode usual = get("/" + id(7) + "/logs").body();
        assertThat(usual.path("log").asString()).isEqualTo(lines(101, 300));
        assertThat(usual.path("is_whole").asBoolean(true)).isFalse();
        JsonNode whole = get("/" + id(7) + "/logs?lines=300").body();
        assertThat(whole.path("log").asString()).isEqualTo(lines(1, 300));
        assertThat(whole.path("is_whole").asBoolean(false)).isTrue();
        assertThat(get("/" + id(7) + "/logs?lines=1").body().path("log").asString())
                .isEqualTo("line 300\n");
    }

    @Test
    void anAnswerIsBoundedByBytes() throws Exception {
        ended(service, id(7), "x".repeat(3 << 20) + "\nend");

        JsonNode body = get("/" + id(7) + "/logs?lines=2").body();

        assertThat(body.path("log").asString()).hasSize(1 << 20).endsWith("x\nend");
        assertThat(body.path("is_whole").asBoolean(true)).isFalse();
    }

    @Test
    void onlyTheProjectOfTheServiceReadsThem() throws Exception {
        ended(service, id(7), "secret\n");
        String other = UUID.randomUUID().toString().replace("-", "");

        for (String path : List.of("", "/" + id(7) + "/logs")) {
            Answer answer = API.call(other, "GET", "/services/" + service + "/instances" + path, "");
            assertThat(answer.status()).isEqualTo(404);
            assertThat(answer.body().toString()).doesNotContain("secret");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"%s", "..", "%%2e%%2e%%2f", "a-0-1", "x", "service-x-g1-e0-0-99999999999"})
    void aLogOfAnotherServiceIsUnknownHere(String text) throws Exception {
        String another = UUID.randomUUID().toString();
        InstanceId foreign = new InstanceId(new InstanceSetId("service-%s-g1-e0".formatted(another)), 0, 3);
        ended(another, foreign, "secret\n");

        Answer answer = get("/" + text.formatted(foreign) + "/logs");

        assertThat(answer.status()).isIn(400, 404);
        assertThat(answer.body().toString()).doesNotContain("secret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "10001", "-1", "many"})
    void refusesANumberOfLinesThatIsNone(String lines) throws Exception {
        Answer answer = get("/" + id(7) + "/logs?lines=" + lines);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.message())
                .contains("'lines'")
                .contains("from 1 to 10000")
                .contains("'" + lines + "'");
    }
}
