package dev.slipway.workflows.connection;

import dev.slipway.workflows.contract.Attributes;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.temporal.api.enums.v1.IndexedValueType;
import io.temporal.api.operatorservice.v1.AddSearchAttributesRequest;
import io.temporal.api.operatorservice.v1.ListSearchAttributesRequest;
import io.temporal.common.SearchAttributeKey;
import io.temporal.serviceclient.OperatorServiceStubs;
import io.temporal.serviceclient.OperatorServiceStubsOptions;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Our namespace on a Temporal server. A workflow that writes a search attribute unknown to its namespace fails its task again and again, so
 * a worker registers and checks them before it polls.
 */
public final class TemporalNamespace implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration CHECK_EACH = Duration.ofMillis(200);

    private final TemporalProperties properties;
    private final OperatorServiceStubs stubs;

    public TemporalNamespace(TemporalProperties properties) {
        this.properties = properties;
        this.stubs = OperatorServiceStubs.newServiceStubs(
                TemporalTls.apply(properties, OperatorServiceStubsOptions.newBuilder())
                        .setTarget(properties.address())
                        .setRpcTimeout(Duration.ofSeconds(5))
                        .validateAndBuildWithDefaults());
    }

    /**
     * Registers the search attributes that are missing, and returns once all are there. Called twice it changes nothing.
     *
     * @throws IllegalStateException if there is no such namespace, if one of the names has another type there, or if they cannot be
     *     registered within 30 s: with what to do about it
     */
    public void prepare() {
        long end = System.nanoTime() + LIMIT.toNanos();
        String trouble = "";
        while (System.nanoTime() < end) {
            try {
                Map<String, IndexedValueType> missing = missing();
                if (missing.isEmpty()) {
                    return;
                }
                add(missing);
                trouble = "search attributes %s are not there yet".formatted(missing.keySet());
            } catch (StatusRuntimeException e) {
                trouble = e.getStatus().getCode() == Status.Code.NOT_FOUND
                        ? "there is no such namespace; create it: temporal operator namespace create --namespace %s --retention 720h"
                                .formatted(properties.namespace())
                        : String.valueOf(e.getMessage());
            }
            pause();
        }
        throw new IllegalStateException(
                "Temporal at %s, namespace '%s': %s".formatted(properties.address(), properties.namespace(), trouble));
    }

    private Map<String, IndexedValueType> missing() {
        Map<String, IndexedValueType> there = stubs.blockingStub()
                .listSearchAttributes(ListSearchAttributesRequest.newBuilder()
                        .setNamespace(properties.namespace())
                        .build())
                .getCustomAttributesMap();
        Map<String, IndexedValueType> missing = new LinkedHashMap<>();
        for (SearchAttributeKey<?> key : Attributes.ALL) {
            IndexedValueType found = there.get(key.getName());
            if (found == null) {
                missing.put(key.getName(), key.getValueType());
            } else if (found != key.getValueType()) {
                throw new IllegalStateException(
                        "Temporal at %s, namespace '%s': search attribute '%s' is of type %s, expected %s; take another namespace, or remove the attribute"
                                .formatted(
                                        properties.address(),
                                        properties.namespace(),
                                        key.getName(),
                                        found,
                                        key.getValueType()));
            }
        }
        return missing;
    }

    private void add(Map<String, IndexedValueType> missing) {
        try {
            stubs.blockingStub()
                    .addSearchAttributes(AddSearchAttributesRequest.newBuilder()
                            .setNamespace(properties.namespace())
                            .putAllSearchAttributes(missing)
                            .build());
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() != Status.Code.ALREADY_EXISTS) {
                throw e;
            }
        }
    }

    private static void pause() {
        try {
            TimeUnit.NANOSECONDS.sleep(CHECK_EACH.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted: the worker stops", e);
        }
    }

    @Override
    public void close() {
        stubs.shutdownNow();
    }
}
