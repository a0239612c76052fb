package dev.slipway.workflows.connection;

import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Unavailable;
import io.grpc.StatusRuntimeException;
import io.temporal.api.workflowservice.v1.DescribeNamespaceRequest;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.time.Duration;
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
        WorkflowServiceStubs stubs = WorkflowServiceStubs.newServiceStubs(WorkflowServiceStubsOptions.newBuilder()
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
        try {
            stubs.blockingStub()
                    .withDeadlineAfter(2, TimeUnit.SECONDS)
                    .describeNamespace(DescribeNamespaceRequest.newBuilder()
                            .setNamespace(client.getOptions().getNamespace())
                            .build());
        } catch (StatusRuntimeException failure) {
            throw new Unavailable(
                    ErrorCode.UNAVAILABLE,
                    "Temporal does not answer: " + failure.getStatus().getCode());
        }
    }

    @Override
    public void close() {
        stubs.shutdownNow();
        stubs.awaitTermination(5, TimeUnit.SECONDS);
    }
}
