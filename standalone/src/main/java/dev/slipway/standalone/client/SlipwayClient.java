package dev.slipway.standalone.client;

import java.io.IOException;
import java.net.ConnectException;
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

/**
 * Calls the REST API with a token of one user and project. Paths are those below {@code /v1/<project_id>}. Tries nothing twice. Safe
 * for use by many threads.
 */
public final class SlipwayClient implements AutoCloseable {

    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(60);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final URI api;
    private final String token;
    private final String project;

    /**
     * Asks for a token.
     *
     * @param api scheme, host and port
     * @throws UnexpectedAnswer if there is none to be had
     */
    public SlipwayClient(URI api, Login login) {
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
                .timeout(ANSWER_TIMEOUT)
                .POST(HttpRequest.BodyPublishers.ofString(write(body)))
                .build());
        expect("POST /v3/auth/tokens", 201, new Answer(answer.statusCode(), answer.body()));
        this.token = answer.headers().firstValue("X-Subject-Token").orElseThrow();
        this.project =
                read(answer.body()).path("token").path("project").path("id").stringValue();
    }

    public String token() {
        return token;
    }

    public String project() {
        return project;
    }

    /** The body of a 200 answer. @throws UnexpectedAnswer for any other */
    public JsonNode get(String path) {
        return expect("GET " + path, 200, call("GET", path, ""));
    }

    /** As {@link #get}. */
    public JsonNode post(String path, Object body) {
        return expect("POST " + path, 200, call("POST", path, write(body)));
    }

    /** As {@link #get}. */
    public JsonNode put(String path, Object body) {
        return expect("PUT " + path, 200, call("PUT", path, write(body)));
    }

    /** As {@link #get}. */
    public JsonNode delete(String path) {
        return expect("DELETE " + path, 200, call("DELETE", path, ""));
    }

    /** Whatever is answered. An empty body is not sent. */
    public Answer call(String method, String path, String body) {
        HttpResponse<String> answer = send(HttpRequest.newBuilder(api.resolve("/v1/" + project + path))
                .header("X-Auth-Token", token)
                .header("Content-Type", "application/json")
                .timeout(ANSWER_TIMEOUT)
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body))
                .build());
        return new Answer(answer.statusCode(), answer.body());
    }

    /** A request to a prediction address with the token and a JSON body. */
    public HttpRequest prediction(String address, String json) {
        return HttpRequest.newBuilder(URI.create(address))
                .header("X-Auth-Token", token)
                .header("Content-Type", "application/json")
                .timeout(ANSWER_TIMEOUT)
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .build();
    }

    /** The body of a 200 answer to {@link #prediction}. @throws UnexpectedAnswer for any other */
    public String predict(String address, String json) {
        HttpResponse<String> answer = send(prediction(address, json));
        expect("POST " + address, 200, new Answer(answer.statusCode(), answer.body()));
        return answer.body();
    }

    /**
     * Asks {@code path} until {@code done}, and shows each answer to {@code progress}.
     *
     * @throws UnexpectedAnswer after {@code limit}, or for any answer but 200
     */
    public JsonNode await(
            String what, String path, Duration limit, Predicate<JsonNode> done, Consumer<JsonNode> progress) {
        long end = System.nanoTime() + limit.toNanos();
        while (true) {
            JsonNode answer = get(path);
            progress.accept(answer);
            if (done.test(answer)) {
                return answer;
            }
            if (System.nanoTime() > end) {
                throw new UnexpectedAnswer(
                        "%s: not so after %d s, last answer %s".formatted(what, limit.toSeconds(), answer));
            }
            pause();
        }
    }

    public static JsonNode read(String json) {
        return MAPPER.readTree(json);
    }

    public static String write(Object body) {
        return body instanceof String text ? text : MAPPER.writeValueAsString(body);
    }

    private static JsonNode expect(String call, int status, Answer answer) {
        if (answer.status() != status) {
            throw new UnexpectedAnswer(
                    "%s: expected status %d, found %d %s".formatted(call, status, answer.status(), answer.text()));
        }
        return answer.json();
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (ConnectException e) {
            // Java's own has no message.
            throw new UnexpectedAnswer("%s %s: nobody listens there".formatted(request.method(), request.uri()), e);
        } catch (IOException e) {
            throw new UnexpectedAnswer("%s %s: no answer: %s".formatted(request.method(), request.uri(), e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnexpectedAnswer("interrupted", e);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(POLL);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnexpectedAnswer("interrupted", e);
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
