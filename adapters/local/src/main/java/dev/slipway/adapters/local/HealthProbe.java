package dev.slipway.adapters.local;

import dev.slipway.domain.instance.Address;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Asks instances for their health. */
final class HealthProbe implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();

    /** What came of asking. */
    enum Health {
        GOOD,
        /** An answer, but not that it is well. */
        BAD,
        /** No answer within 2 s, or the connection broke. */
        SILENT,
        /** Nothing listens there. */
        DEAF
    }

    /** Asks it, for 2 s at most; never fails. */
    CompletableFuture<Health> ask(Address address) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + address + "/health"))
                .timeout(PATIENCE)
                .build();
        return client.sendAsync(request, HttpResponse.BodyHandlers.discarding())
                .thenApply(response -> response.statusCode() == 200 ? Health.GOOD : Health.BAD)
                .exceptionally(HealthProbe::withoutAnswer);
    }

    private static Health withoutAnswer(Throwable why) {
        Throwable cause = why instanceof CompletionException ? why.getCause() : why;
        return cause instanceof ConnectException ? Health.DEAF : Health.SILENT;
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
