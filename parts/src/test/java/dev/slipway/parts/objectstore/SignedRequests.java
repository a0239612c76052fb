package dev.slipway.parts.objectstore;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Requests with a signature of version 4, whose path is sent as it is written: what clients without an SDK send. */
final class SignedRequests {

    private static final String SCOPE_END = "/us-east-1/s3/aws4_request";
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'");

    private final HttpClient http = HttpClient.newHttpClient();
    private final ObjectStorePart server;

    SignedRequests(ObjectStorePart server) {
        this.server = server;
    }

    HttpResponse<String> put(String path, String body, String... headers) {
        return send("PUT", path, "", body, headers);
    }

    HttpResponse<String> get(String path) {
        return send("GET", path, "", "");
    }

    HttpResponse<String> get(String path, String query) {
        return send("GET", path, query, "");
    }

    HttpResponse<String> delete(String path) {
        return send("DELETE", path, "", "");
    }

    /** @param query escaped, its parameters in order */
    HttpResponse<String> send(String method, String path, String query, String body, String... headers) {
        String time = TIME.format(ZonedDateTime.now(Clock.systemUTC()).withZoneSameInstant(ZoneOffset.UTC));
        String digest = hex(sha256(body));
        String canonical = String.join(
                "\n",
                method,
                path,
                query,
                "host:" + server.address(),
                "x-amz-content-sha256:" + digest,
                "x-amz-date:" + time,
                "",
                "host;x-amz-content-sha256;x-amz-date",
                digest);
        String scope = time.substring(0, 8) + SCOPE_END;
        String toSign = String.join("\n", "AWS4-HMAC-SHA256", time, scope, hex(sha256(canonical)));
        byte[] key = ("AWS4" + server.secretKey()).getBytes(StandardCharsets.UTF_8);
        for (String step : scope.split("/", -1)) {
            key = hmac(key, step);
        }
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(server.endpoint() + path + (query.isEmpty() ? "" : "?" + query)))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .header("x-amz-date", time)
                .header("x-amz-content-sha256", digest)
                .header(
                        "Authorization",
                        "AWS4-HMAC-SHA256 Credential=%s/%s, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=%s"
                                .formatted(server.accessKey(), scope, hex(hmac(key, toSign))));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A key as a path's end, each byte but those that are never escaped written with a percent sign. */
    static String escaped(String key) {
        byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        return IntStream.range(0, bytes.length)
                .mapToObj(i -> Character.isLetterOrDigit(bytes[i]) || "/.-_~".indexOf(bytes[i]) >= 0
                        ? String.valueOf((char) bytes[i])
                        : "%%%02X".formatted(bytes[i]))
                .collect(Collectors.joining());
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(Arrays.copyOf(key, key.length), "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
