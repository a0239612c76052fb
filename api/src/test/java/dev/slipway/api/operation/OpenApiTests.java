package dev.slipway.api.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.RunningApi;
import dev.slipway.api.RunningApi.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
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
    void isGivenToStrangers() throws Exception {
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

    /** Real answers against the schemas: every field is described, and every required one is there. */
    @ParameterizedTest
    @CsvSource({
        "GET, /v3, ''",
        "GET, /, ''",
        "GET, /v3/projects, ''",
        "GET, /v3/auth/domains, ''",
        "GET, /v3/users, ''",
        "GET, /v1/{project_id}/models, ''",
        "GET, /v1/{project_id}/models/{model_id}, {model}",
        "GET, /v1/{project_id}/models/{model_id}/events, {model}",
        "DELETE, /v1/{project_id}/models/{model_id}, {model}",
        "GET, /v1/{project_id}/models/ai-engine-runtimes, ''",
        "GET, /v1/{project_id}/models/template, ''",
        "GET, /v1/{project_id}/services, ''",
        "GET, /v1/{project_id}/services/specifications, ''"
    })
    void describesWhatIsAnswered(String method, String path, String model) throws Exception {
        Answer token = login();
        String project = token.body().path("token").path("project").path("id").stringValue();
        Map<String, String> headers = Map.of("X-Auth-Token", token.header("X-Subject-Token"));
        String id = model.isEmpty() ? "" : newModel(project, headers);
        Answer answer = API.send(method, path.replace("{project_id}", project).replace("{model_id}", id), "", headers);

        JsonNode responses = operation(method, path).path("responses");
        assertThat(responses.has(Integer.toString(answer.status())))
                .as("%s %s", answer.status(), answer.body())
                .isTrue();
        assertDescribed(schema(responses.path(Integer.toString(answer.status()))), answer.body(), "");
    }

    @Test
    void describesTokensAndRefusals() throws Exception {
        Answer token = login();
        assertThat(token.status()).isEqualTo(201);
        JsonNode responses = operation("POST", "/v3/auth/tokens").path("responses");
        assertDescribed(schema(responses.path("201")), token.body(), "");
        Answer refused = API.send("POST", "/v3/auth/tokens", "{}", Map.of());
        assertThat(refused.status()).isEqualTo(400);
        assertDescribed(schema(responses.path("default")), refused.body(), "");
    }

    private static Answer login() throws Exception {
        return API.send("POST", "/v3/auth/tokens", """
                {"auth":{"identity":{"methods":["password"],"password":{"user":
                  {"name":"alice","password":"wonderland","domain":{"name":"acme"}}}},"scope":{"project":{"name":"one"}}}}
                """, Map.of());
    }

    private static String newModel(String project, Map<String, String> headers) throws Exception {
        Answer created = API.send("POST", "/v1/" + project + "/models", """
                {"model_name":"m%d","model_version":"0.0.1","model_type":"Custom","source_location":"obs://bucket/m",
                 "description":"d"}
                """.formatted(System.nanoTime()), headers);
        return created.body().path("model_id").stringValue();
    }

    private static void assertDescribed(JsonNode schema, JsonNode value, String place) throws Exception {
        if (schema.has("items")) {
            assertThat(value.isArray()).as(place).isTrue();
            for (JsonNode element : value) {
                assertDescribed(resolved(schema.path("items")), element, place + "[]");
            }
            return;
        }
        if (!schema.has("properties")) {
            return;
        }
        List<String> required = new ArrayList<>();
        schema.path("required").forEach(name -> required.add(name.stringValue()));
        assertThat(value.propertyNames()).as(place + " in " + value).containsAll(required);
        for (String name : value.propertyNames()) {
            assertThat(schema.path("properties").has(name))
                    .as(place + "." + name)
                    .isTrue();
            assertDescribed(resolved(schema.path("properties").path(name)), value.path(name), place + "." + name);
        }
    }

    private static JsonNode operation(String method, String path) throws Exception {
        return document().path("paths").path(path).path(method.toLowerCase(Locale.ROOT));
    }

    private static JsonNode schema(JsonNode response) throws Exception {
        return resolved(response.path("content").path("application/json").path("schema"));
    }

    private static JsonNode resolved(JsonNode schema) throws Exception {
        String reference = schema.path("$ref").asString("");
        return reference.isEmpty()
                ? schema
                : Objects.requireNonNull(document()
                        .path("components")
                        .path("schemas")
                        .get(reference.substring(reference.lastIndexOf('/') + 1)));
    }

    private static JsonNode document() throws IOException, InterruptedException {
        return API.send("GET", "/openapi.json", "", Map.of()).body();
    }
}
