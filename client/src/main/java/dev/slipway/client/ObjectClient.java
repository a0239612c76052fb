package dev.slipway.client;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/** Sends files to object storage (S3, path style) and fetches objects. Safe for use by many threads. */
public final class ObjectClient implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofHours(1);
    private static final String UNSIGNED = "UNSIGNED-PAYLOAD";
    private static final int OK = 200;

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI endpoint;
    private final RequestSignature signature;

    /** @param endpoint such as {@code http://127.0.0.1:7301} */
    public ObjectClient(URI endpoint, String region, String accessKey, String secretKey) {
        this.endpoint = endpoint;
        this.signature = new RequestSignature(region, accessKey, secretKey);
    }

    /** Writes the file as an object. @throws ClientFailure if it is refused, or nobody answers */
    public void put(String bucket, String key, Path file) {
        BodyPublisher body;
        try {
            body = HttpRequest.BodyPublishers.ofFile(file);
        } catch (FileNotFoundException gone) {
            throw new NoAnswer("PUT %s/%s: file '%s' cannot be read".formatted(bucket, key, file), gone);
        }
        answer(send("PUT", bucket, key, body, HttpResponse.BodyHandlers.ofString()), "PUT", bucket, key);
    }

    /** Writes the object into a file, over one that is there. @throws ClientFailure if there is none, or nobody answers */
    public void get(String bucket, String key, Path file) {
        try {
            Path parent = file.toAbsolutePath().getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
        } catch (IOException e) {
            throw new NoAnswer("GET %s/%s: the folder of '%s' cannot be made".formatted(bucket, key, file), e);
        }
        answer(
                send(
                        "GET",
                        bucket,
                        key,
                        HttpRequest.BodyPublishers.noBody(),
                        info -> info.statusCode() == OK
                                ? HttpResponse.BodySubscribers.mapping(
                                        HttpResponse.BodySubscribers.ofFile(
                                                file,
                                                StandardOpenOption.CREATE,
                                                StandardOpenOption.WRITE,
                                                StandardOpenOption.TRUNCATE_EXISTING),
                                        Path::toString)
                                : HttpResponse.BodySubscribers.ofString(StandardCharsets.UTF_8)),
                "GET",
                bucket,
                key);
    }

    private HttpResponse<String> send(
            String method, String bucket, String key, BodyPublisher body, HttpResponse.BodyHandler<String> handler) {
        URI uri = endpoint.resolve("/" + encoded(bucket) + "/"
                + Arrays.stream(key.split("/", -1)).map(ObjectClient::encoded).collect(Collectors.joining("/")));
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(LIMIT).method(method, body);
        signature.headers(method, uri, Map.of(), UNSIGNED, Instant.now()).forEach(request::header);
        try {
            return http.send(request.build(), handler);
        } catch (IOException e) {
            throw new NoAnswer(
                    "%s %s: no answer of object storage at '%s'".formatted(method, uri.getPath(), endpoint), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NoAnswer("%s %s: interrupted".formatted(method, uri.getPath()), e);
        }
    }

    private static void answer(HttpResponse<String> answer, String method, String bucket, String key) {
        if (answer.statusCode() != OK) {
            throw new RefusedCall(method + " " + bucket + "/" + key, Answer.of(answer), null);
        }
    }

    private static String encoded(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A")
                .replace("%7E", "~");
    }

    @Override
    public void close() {
        http.close();
    }
}
