package dev.slipway.workflows.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.domain.problem.Unavailable;
import io.grpc.Status;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.client.WorkflowServiceException;
import org.junit.jupiter.api.Test;

class WorkflowSignalsTests {

    private static RuntimeException failed(Status status) {
        return WorkflowSignals.failure(new WorkflowServiceException(
                WorkflowExecution.getDefaultInstance(), "ServiceLifecycle", status.asRuntimeException()));
    }

    @Test
    void aRefusalOfOneWorkflowIsNoOutageForAll() {
        assertThat(failed(
                        Status.INVALID_ARGUMENT.withDescription("exceeded workflow execution limit for signal events")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("exceeded workflow execution limit");
        assertThat(WorkflowSignals.failure(Status.INVALID_ARGUMENT.asRuntimeException()))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void silenceIsAnOutage() {
        assertThat(failed(Status.UNAVAILABLE)).isInstanceOf(Unavailable.class);
        assertThat(failed(Status.RESOURCE_EXHAUSTED)).isInstanceOf(Unavailable.class);
        assertThat(WorkflowSignals.failure(Status.DEADLINE_EXCEEDED.asRuntimeException()))
                .isInstanceOf(Unavailable.class);
    }
}
