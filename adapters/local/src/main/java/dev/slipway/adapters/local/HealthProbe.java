package dev.slipway.adapters.local;

import dev.slipway.domain.instance.Address;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Asks instances for their health. */
final class HealthProbe implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();

    /** Whether it answers as healthy within 2 s; never fails. */
    CompletableFuture<Boolean> isHealthy(Address address) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + address + "/health"))
                .timeout(PATIENCE)
                .build();
        return client.sendAsync(request, HttpResponse.BodyHandlers.discarding())
                .thenApply(response -> response.statusCode() == 200)
                .exceptionally(noAnswer -> false);
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
