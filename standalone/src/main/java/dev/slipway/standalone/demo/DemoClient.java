package dev.slipway.standalone.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Calls the REST API as any client would. */
final class DemoClient implements AutoCloseable {

    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final Duration POLL = Duration.ofMillis(200);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI api;
    private final String token;
    private final String project;

    DemoClient(URI api, DemoTarget.Login login) {
        this.api = api;
        Map<String, Object> user =
                Map.of("name", login.user(), "password", login.password(), "domain", Map.of("name", login.domain()));
        Map<String, Object> body = Map.of(
                "auth",
                Map.of(
                        "identity",
                        Map.of("methods", List.of("password"), "password", Map.of("user", user)),
                        "scope",
                        Map.of("project", Map.of("name", login.project()))));
        HttpResponse<String> answer = send(HttpRequest.newBuilder(api.resolve("/v3/auth/tokens"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(write(body)))
                .build());
        expect(answer, 201, "POST /v3/auth/tokens");
        this.token = answer.headers().firstValue("X-Subject-Token").orElseThrow();
        this.project =
                read(answer.body()).path("token").path("project").path("id").stringValue();
    }

    String token() {
        return token;
    }

    JsonNode get(String path) {
        return call("GET", path, "");
    }

    JsonNode post(String path, Object body) {
        return call("POST", path, write(body));
    }

    JsonNode put(String path, Object body) {
        return call("PUT", path, write(body));
    }

    /** A request to a prediction address with the token and a JSON body. */
    HttpRequest prediction(String address, String json) {
        return HttpRequest.newBuilder(URI.create(address))
                .header("X-Auth-Token", token)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .build();
    }

    /** The body of a 200 answer. */
    String predict(String address, String json) {
        HttpResponse<String> answer = send(prediction(address, json));
        expect(answer, 200, "POST " + address);
        return answer.body();
    }

    /**
     * Asks {@code path} until {@code done}, and shows each answer to {@code progress}.
     *
     * @throws DemoFailure after {@code limit}
     */
    JsonNode await(String what, String path, Duration limit, Predicate<JsonNode> done, Consumer<JsonNode> progress) {
        long end = System.nanoTime() + limit.toNanos();
        while (true) {
            JsonNode answer = get(path);
            progress.accept(answer);
            if (done.test(answer)) {
                return answer;
            }
            if (System.nanoTime() > end) {
                throw new DemoFailure(
                        "%s: not so after %d s, last answer %s".formatted(what, limit.toSeconds(), answer));
            }
            pause();
        }
    }

    static JsonNode read(String json) {
        return MAPPER.readTree(json);
    }

    static String write(Object body) {
        return MAPPER.writeValueAsString(body);
    }

    private JsonNode call(String method, String path, String body) {
        HttpRequest request = HttpRequest.newBuilder(api.resolve("/v1/" + project + path))
                .header("X-Auth-Token", token)
                .header("Content-Type", "application/json")
                .timeout(Duration.ofSeconds(30))
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body))
                .build();
        HttpResponse<String> answer = send(request);
        expect(answer, 200, method + " " + path);
        return read(answer.body());
    }

    private static void expect(HttpResponse<String> answer, int status, String call) {
        if (answer.statusCode() != status) {
            throw new DemoFailure(
                    "%s: expected status %d, found %d %s".formatted(call, status, answer.statusCode(), answer.body()));
        }
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new DemoFailure("%s %s: no answer: %s".formatted(request.method(), request.uri(), e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DemoFailure("interrupted", e);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(POLL);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DemoFailure("interrupted", e);
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
