package dev.slipway.worker.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipway.testing.part.TestTemporal;
import dev.slipway.workflows.connection.TemporalNamespace;
import dev.slipway.workflows.connection.TemporalProperties;
import dev.slipway.workflows.contract.Attributes;
import io.temporal.api.enums.v1.IndexedValueType;
import io.temporal.api.operatorservice.v1.AddSearchAttributesRequest;
import io.temporal.api.operatorservice.v1.ListSearchAttributesRequest;
import io.temporal.api.workflowservice.v1.RegisterNamespaceRequest;
import io.temporal.serviceclient.OperatorServiceStubs;
import io.temporal.serviceclient.OperatorServiceStubsOptions;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Against Temporal's dev server, with namespaces that somebody else made. */
class TemporalNamespaceTests {

    private final String address = TestTemporal.shared().address();
    private final String name = "theirs-" + UUID.randomUUID();
    private final WorkflowServiceStubs service = WorkflowServiceStubs.newServiceStubs(
            WorkflowServiceStubsOptions.newBuilder().setTarget(address).build());
    private final OperatorServiceStubs operator = OperatorServiceStubs.newServiceStubs(
            OperatorServiceStubsOptions.newBuilder().setTarget(address).validateAndBuildWithDefaults());

    @AfterEach
    void close() {
        service.shutdownNow();
        operator.shutdownNow();
    }

    @Test
    void registersWhatIsMissing() {
        create();
        prepare();

        Map<String, IndexedValueType> there = operator.blockingStub()
                .listSearchAttributes(ListSearchAttributesRequest.newBuilder()
                        .setNamespace(name)
                        .build())
                .getCustomAttributesMap();
        Attributes.ALL.forEach(key -> assertThat(there).containsEntry(key.getName(), key.getValueType()));
        assertThatCode(this::prepare).doesNotThrowAnyException();
    }

    @Test
    void refusesANameThatHasAnotherTypeThere() {
        create();
        operator.blockingStub()
                .addSearchAttributes(AddSearchAttributesRequest.newBuilder()
                        .setNamespace(name)
                        .putSearchAttributes("SlipwayKind", IndexedValueType.INDEXED_VALUE_TYPE_INT)
                        .build());

        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(this::prepare)
                .withMessageContaining(name)
                .withMessageContaining("'SlipwayKind'");
    }

    private void create() {
        service.blockingStub()
                .registerNamespace(RegisterNamespaceRequest.newBuilder()
                        .setNamespace(name)
                        .setWorkflowExecutionRetentionPeriod(com.google.protobuf.Duration.newBuilder()
                                .setSeconds(86_400)
                                .build())
                        .build());
    }

    private void prepare() {
        try (TemporalNamespace namespace = new TemporalNamespace(new TemporalProperties(address, name))) {
            namespace.prepare();
        }
    }
}
