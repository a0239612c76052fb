package dev.slipway.adapters.local;

import dev.slipway.domain.instance.Address;
import dev.slipway.domain.instance.InstanceId;
import dev.slipway.instance.client.InstanceClient;
import dev.slipway.instance.client.InstanceRequest;
import dev.slipway.instance.client.InstanceResponse;
import dev.slipway.instance.client.NoWholeAnswer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Asks instances for their health. */
final class HealthProbe {

    private static final Duration LIMIT = Duration.ofSeconds(2);
    private static final InstanceRequest HEALTH = InstanceRequest.probe("/health");
    private static final int OK = 200;

    private final InstanceClient client;

    /** @param client is not closed */
    HealthProbe(InstanceClient client) {
        this.client = client;
    }

    /** The result of a health check. */
    enum Health {
        GOOD,
        /** An answer, but not that it is healthy. */
        BAD,
        /** No answer within 2 s, or the connection broke. */
        NO_ANSWER,
        /** Nothing listens there. */
        UNREACHABLE,
        /** Another instance listens there and answers 421. */
        NOT_OURS
    }

    /** Checks that very instance; at most 2 s for the connection and 2 s for the answer. Never fails. */
    CompletableFuture<Health> ask(InstanceId instance, Address address) {
        return client.connect(instance, address)
                .thenCompose(connection -> connection
                        .send(HEALTH, LIMIT)
                        .thenApply(HealthProbe::healthOf)
                        .whenComplete((health, failure) -> connection.close()))
                .exceptionally(HealthProbe::withoutAnswer);
    }

    /** Checks only that somebody listens there: for servers that know nothing of us. Never fails. */
    CompletableFuture<Health> reach(InstanceId instance, Address address) {
        // The socket is the shim's own: whoever speaks TLS behind it is not disturbed.
        Address plain = address instanceof Address.UnixSocket socket ? new Address.UnixSocket(socket.path()) : address;
        return client.connect(instance, plain)
                .thenApply(connection -> {
                    connection.close();
                    return Health.GOOD;
                })
                .exceptionally(HealthProbe::withoutAnswer);
    }

    private static Health healthOf(InstanceResponse response) {
        try (response) {
            return response.status() == OK ? Health.GOOD : Health.BAD;
        }
    }

    private static Health withoutAnswer(Throwable why) {
        Throwable cause = why instanceof CompletionException ? why.getCause() : why;
        if (!(cause instanceof NoWholeAnswer failure)) {
            return Health.NO_ANSWER;
        }
        return switch (failure.how()) {
            case UNREACHABLE -> Health.UNREACHABLE;
            case MISDIRECTED -> Health.NOT_OURS;
            case NOT_SENT, ABANDONED, CUT, TIMED_OUT -> Health.NO_ANSWER;
        };
    }
}
