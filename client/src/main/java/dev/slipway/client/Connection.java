package dev.slipway.client;

import dev.slipway.formats.access.TokenAnswer;
import dev.slipway.formats.access.TokenRequestBody;
import dev.slipway.formats.wire.WireJson;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/** Sends requests of one user in one project, with the token, and reads the answers. Retries nothing. Safe for use by many threads. */
final class Connection implements AutoCloseable {

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final URI api;
    private final Duration limit;
    private final String token;
    private final String project;

    /**
     * @param limit for each answer
     * @throws ClientFailure if no token can be got
     */
    Connection(URI api, Login login, Duration limit) {
        this.api = api;
        this.limit = limit;
        boolean ready = false;
        try {
            HttpResponse<String> answer = send(request(api.resolve("/v3/auth/tokens"))
                    .POST(body(TokenRequestBody.of(login.domain(), login.user(), login.password(), login.project())))
                    .build());
            TokenAnswer body = good("POST /v3/auth/tokens", answer, TokenAnswer.class);
            TokenAnswer.Project scope = body.token().project();
            this.token = answer.headers()
                    .firstValue("X-Subject-Token")
                    .orElseThrow(() -> new NoAnswer(
                            "POST %s/v3/auth/tokens: expected a header X-Subject-Token, found none".formatted(api)));
            if (scope == null) {
                throw new NoAnswer("POST %s/v3/auth/tokens: expected a token of project '%s', found one without"
                        .formatted(api, login.project()));
            }
            this.project = scope.id();
            ready = true;
        } finally {
            if (!ready) {
                http.close();
            }
        }
    }

    String token() {
        return token;
    }

    String project() {
        return project;
    }

    <T> T get(String path, Class<T> type) {
        return call("GET", path, null, type);
    }

    <T> T post(String path, Object body, Class<T> type) {
        return call("POST", path, body, type);
    }

    <T> T post(String path, Class<T> type) {
        return call("POST", path, null, type);
    }

    <T> T put(String path, Object body, Class<T> type) {
        return call("PUT", path, body, type);
    }

    <T> T delete(String path, Class<T> type) {
        return call("DELETE", path, null, type);
    }

    /** Sends a request and returns the answer, of any status. An empty body is not sent. */
    Answer send(String method, String path, String body) {
        HttpRequest.BodyPublisher sent =
                body.isEmpty() ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body);
        return Answer.of(send(inProject(path).method(method, sent).build()));
    }

    /** A POST of JSON with the token, to any address. */
    HttpRequest prediction(String address, String json) {
        return request(URI.create(address))
                .header("X-Auth-Token", token)
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .build();
    }

    /** The text of a good answer. @throws ClientFailure for any other, or none */
    String predict(String address, String json) {
        HttpResponse<String> answer = send(prediction(address, json));
        refuseUnlessGood("POST " + address, answer);
        return answer.body();
    }

    private <T> T call(String method, String path, @Nullable Object body, Class<T> type) {
        HttpRequest.BodyPublisher sent = body == null ? HttpRequest.BodyPublishers.noBody() : body(body);
        return good(
                method + " " + path, send(inProject(path).method(method, sent).build()), type);
    }

    private HttpRequest.Builder inProject(String path) {
        return request(api.resolve("/v1/" + project + path)).header("X-Auth-Token", token);
    }

    private HttpRequest.Builder request(URI uri) {
        return HttpRequest.newBuilder(uri)
                .header("Content-Type", "application/json")
                .timeout(limit);
    }

    private static HttpRequest.BodyPublisher body(Object record) {
        return HttpRequest.BodyPublishers.ofString(WireJson.write(record));
    }

    private static <T> T good(String call, HttpResponse<String> answer, Class<T> type) {
        refuseUnlessGood(call, answer);
        try {
            return WireJson.read(answer.body(), type);
        } catch (JacksonException e) {
            throw new NoAnswer(
                    "%s: status %d, but no answer of Slipway: %s"
                            .formatted(call, answer.statusCode(), e.getOriginalMessage()),
                    e);
        }
    }

    private static void refuseUnlessGood(String call, HttpResponse<String> answer) {
        if (answer.statusCode() / 100 != 2) {
            throw new RefusedCall(call, Answer.of(answer), retryAfter(answer));
        }
    }

    private static @Nullable Duration retryAfter(HttpResponse<String> answer) {
        String seconds = answer.headers().firstValue("Retry-After").orElse("");
        return seconds.matches("[0-9]{1,9}") ? Duration.ofSeconds(Long.parseLong(seconds)) : null;
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (ConnectException e) {
            // Java's own has no message.
            throw NoAnswer.to(request.method(), request.uri(), "nobody listens there", e);
        } catch (HttpTimeoutException e) {
            throw NoAnswer.to(request.method(), request.uri(), "no answer within %d s".formatted(limit.toSeconds()), e);
        } catch (IOException e) {
            throw NoAnswer.to(request.method(), request.uri(), "no answer: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw NoAnswer.to(request.method(), request.uri(), "interrupted", e);
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
