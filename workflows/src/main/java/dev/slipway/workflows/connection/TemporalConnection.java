package dev.slipway.workflows.connection;

import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Unavailable;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.temporal.api.workflowservice.v1.DescribeNamespaceRequest;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.net.ConnectException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The connection of one process to Temporal. Opened lazily, so that a process can start while the server is unavailable. */
public final class TemporalConnection implements AutoCloseable {

    private final WorkflowServiceStubs stubs;
    private final WorkflowClient client;

    private TemporalConnection(WorkflowServiceStubs stubs, WorkflowClient client) {
        this.stubs = stubs;
        this.client = client;
    }

    /** @param process names this process in histories, for example {@code api@host} */
    public static TemporalConnection open(TemporalProperties properties, String process) {
        WorkflowServiceStubs stubs = WorkflowServiceStubs.newServiceStubs(
                TemporalTls.apply(properties, WorkflowServiceStubsOptions.newBuilder())
                        .setTarget(properties.address())
                        .setRpcTimeout(Duration.ofSeconds(5))
                        .build());
        WorkflowClient client = WorkflowClient.newInstance(
                stubs,
                WorkflowClientOptions.newBuilder()
                        .setNamespace(properties.namespace())
                        .setIdentity(process)
                        .setDataConverter(Payloads.converter())
                        .build());
        return new TemporalConnection(stubs, client);
    }

    public WorkflowClient client() {
        return client;
    }

    /** One call that says whether the namespace can be used. @throws Unavailable if Temporal does not answer within 2 s */
    public void check() {
        problem(Duration.ofSeconds(2)).ifPresent(why -> {
            throw new Unavailable(ErrorCode.UNAVAILABLE, "Temporal cannot be used: " + why);
        });
    }

    /**
     * Asks the server about our namespace.
     *
     * @param limit how long it may take
     * @return why it cannot be used; empty if it can
     */
    public Optional<String> problem(Duration limit) {
        String namespace = client.getOptions().getNamespace();
        try {
            stubs.blockingStub()
                    .withDeadlineAfter(limit.toMillis(), TimeUnit.MILLISECONDS)
                    .describeNamespace(DescribeNamespaceRequest.newBuilder()
                            .setNamespace(namespace)
                            .build());
            return Optional.empty();
        } catch (StatusRuntimeException e) {
            return Optional.of(words(e, namespace, limit));
        }
    }

    /** What gRPC says of a call that took too long is about its own queues. */
    private String words(StatusRuntimeException failure, String namespace, Duration limit) {
        Status status = failure.getStatus();
        String address = stubs.getOptions().getTarget();
        return switch (status.getCode()) {
            case NOT_FOUND ->
                "it has no namespace '%s'; create it: temporal operator namespace create --namespace %s --retention 720h"
                        .formatted(namespace, namespace);
            case DEADLINE_EXCEEDED -> "it does not answer within %d s at '%s'".formatted(limit.toSeconds(), address);
            case UNAVAILABLE -> "it does not answer at '%s': %s".formatted(address, innermost(status));
            case PERMISSION_DENIED, UNAUTHENTICATED ->
                "it refuses this process at '%s': %s".formatted(address, innermost(status));
            default -> "it does not answer as Temporal at '%s': %s".formatted(address, innermost(status));
        };
    }

    private static String innermost(Status status) {
        Throwable cause = status.getCause();
        while (cause != null && cause.getCause() != null) {
            cause = cause.getCause();
        }
        String message = cause == null ? status.getDescription() : cause.getMessage();
        String words = message == null
                ? status.getCode().name()
                : message.lines().findFirst().orElse("");
        boolean isOfTheSystem = cause instanceof ConnectException && words.contains(": ");
        return isOfTheSystem
                ? words.substring(words.lastIndexOf(": ") + 2)
                : words; // before it stands the name of the call
    }

    @Override
    public void close() {
        stubs.shutdownNow();
        stubs.awaitTermination(5, TimeUnit.SECONDS);
    }
}
