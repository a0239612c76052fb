package dev.slipway.api.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipway.api.RunningApi;
import dev.slipway.api.RunningApi.Answer;
import java.io.IOException;
import java.net.http.HttpHeaders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** The description that the API gives of itself, held to the list of operations, to the document in docs/, and to its answers. */
class OpenApiTests {

    private static final RunningApi API = new RunningApi();
    private static final Path KEPT = Path.of("..", "docs", "openapi.json");
    private static final String WRITE = "slipway.openapi.write";

    @AfterAll
    static void close() {
        API.close();
    }

    @Test
    void isTheDocumentOfDocs() throws Exception {
        String made = document().toPrettyString() + "\n";
        if (Boolean.getBoolean(WRITE)) {
            Files.writeString(KEPT, made);
        }
        assertThat(Files.readString(KEPT))
                .as(
                        "docs/openapi.json is not what the API answers. If the change is meant, run this test with -D%s=true",
                        WRITE)
                .isEqualTo(made);
    }

    @Test
    void hasTheOperationsThatTheListCallsBuiltAndNoOthers() throws Exception {
        TreeSet<String> described = new TreeSet<>();
        document()
                .path("paths")
                .forEachEntry((path, methods) -> methods.forEachEntry((method, operation) -> described.add(
                        "%s %s %s".formatted(operation.path("operationId").stringValue(), method, path))));
        assertThat(described)
                .containsExactlyElementsOf(Operations.all().stream()
                        .filter(Operation::isBuilt)
                        .map(each ->
                                "%s %s %s".formatted(each.id(), each.method().toLowerCase(Locale.ROOT), each.path()))
                        .sorted()
                        .toList());
    }

    @Test
    void needsNoToken() throws Exception {
        assertThat(API.send("GET", "/openapi.json", "", Map.of()).status()).isEqualTo(200);
        assertThat(document()
                        .path("paths")
                        .path("/v1/{project_id}/models")
                        .path("get")
                        .path("security"))
                .hasSize(1);
        assertThat(document().path("paths").path("/v3/auth/tokens").path("post").path("security"))
                .isEmpty();
    }

    /** Answers of all tests of the API are held to the description, see {@link RunningApi#send}: here those that no other asks for. */
    @ParameterizedTest
    @CsvSource({
        "/v3/users",
        "/v3/auth/projects",
        "/v1/{project_id}/models/ai-engine-runtimes",
        "/v1/{project_id}/models/template",
        "/v1/{project_id}/services/specifications"
    })
    void describesWhatIsAnswered(String path) throws Exception {
        Answer token = login();
        String project = token.body().path("token").path("project").path("id").stringValue();

        Answer answer = API.send(
                "GET",
                path.replace("{project_id}", project),
                "",
                Map.of("X-Auth-Token", token.header("X-Subject-Token")));

        assertThat(answer.status()).isEqualTo(200);
    }

    /** The check itself, on answers that are wrong in one thing each. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
            200 | {"total_count":1,"count":1,"models":[],"colour":"red"} | colour
            200 | {"total_count":1,"models":[]}                          | count
            200 | {"total_count":"1","count":1,"models":[]}              | expected "integer"
            200 | {"total_count":1,"count":1,"models":[{}]}              | model_id
            404 | {"error_msg":"x"}                                      | error_code
            """)
    void noticesWhatIsNotDescribed(int status, String body, String message) throws Exception {
        DescribedAnswers described = new DescribedAnswers(document());

        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> described.check(
                        "GET",
                        "/v1/p/models?limit=1",
                        answer(status, RunningApi.MAPPER.readTree(body), "X-Request-Id")))
                .withMessageContaining(message);
    }

    /** The same for headers. */
    @ParameterizedTest
    @CsvSource({"GET, X-Request-Id;X-Colour, X-Colour", "GET, '', X-Request-Id", "POST, X-Request-Id, X-Subject-Token"})
    void noticesHeadersThatAreNotDescribedOrNotSent(String method, String headers, String message) throws Exception {
        DescribedAnswers described = new DescribedAnswers(document());
        Answer answer = answer(method.equals("POST") ? 201 : 401, RunningApi.MAPPER.missingNode(), headers.split(";"));

        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> described.check(method, "/v3/auth/tokens", answer))
                .withMessageContaining("header " + message);
    }

    /** Each header that is described as required: without it the call is refused, by its name, and with it the call succeeds. */
    @Test
    void readsTheHeadersThatItDescribes() throws Exception {
        String token = login().header("X-Subject-Token");
        List<String> found = new ArrayList<>();
        for (Map.Entry<String, JsonNode> path : document().path("paths").properties()) {
            for (Map.Entry<String, JsonNode> method : path.getValue().properties()) {
                for (JsonNode parameter : method.getValue().path("parameters")) {
                    if (!parameter.path("in").stringValue().equals("header")) {
                        continue;
                    }
                    String verb = method.getKey().toUpperCase(Locale.ROOT);
                    String name = parameter.path("name").stringValue();
                    found.add("%s %s %s".formatted(verb, path.getKey(), name));
                    assertThat(parameter.path("required").booleanValue()).isTrue();

                    Answer without = API.send(verb, path.getKey(), "", Map.of("X-Auth-Token", token));
                    Answer with = API.send(verb, path.getKey(), "", Map.of("X-Auth-Token", token, name, token));

                    assertThat(without.status()).isEqualTo(401);
                    assertThat(with.status()).isEqualTo(200);
                    if (!verb.equals("HEAD")) {
                        assertThat(without.message()).contains(name);
                    }
                }
            }
        }
        assertThat(found)
                .containsExactly("GET /v3/auth/tokens X-Subject-Token", "HEAD /v3/auth/tokens X-Subject-Token");
    }

    private static Answer answer(int status, JsonNode body, String... headers) {
        Map<String, List<String>> sent = new TreeMap<>();
        for (String header : headers) {
            if (!header.isEmpty()) {
                sent.put(header, List.of("x"));
            }
        }
        return new Answer(status, body, HttpHeaders.of(sent, (name, value) -> true));
    }

    private static Answer login() throws Exception {
        return API.send("POST", "/v3/auth/tokens", """
                {"auth":{"identity":{"methods":["password"],"password":{"user":
                  {"name":"alice","password":"wonderland","domain":{"name":"acme"}}}},"scope":{"project":{"name":"one"}}}}
                """, Map.of());
    }

    private static JsonNode document() throws IOException, InterruptedException {
        return API.send("GET", "/openapi.json", "", Map.of()).body();
    }
}
