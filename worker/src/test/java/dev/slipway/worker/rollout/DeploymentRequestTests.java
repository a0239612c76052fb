package dev.slipway.worker.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipway.domain.service.ServiceId;
import dev.slipway.domain.service.ServiceState;
import dev.slipway.domain.service.ServiceStore.ServiceQuery;
import dev.slipway.testing.instance.Await;
import dev.slipway.workflows.contract.request.RequestResult;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowStub;
import io.temporal.common.WorkflowExecutionHistory;
import io.temporal.failure.CanceledFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The request workflow DeployService over rollouts that really run. */
class DeploymentRequestTests {

    private static final String V1 = "iris 0.0.1";
    private static final String V2 = "iris 0.0.2";

    @Test
    void deploysThenUpdates() {
        try (RolloutFixture fixture = new RolloutFixture()) {
            RequestResult first = result(fixture.requestDeployment("online", "0.0.1", 2));
            ServiceId id = new ServiceId(first.id());
            assertThat(first.status()).isEqualTo("running");
            assertThat(fixture.routed(id)).isEqualTo(Map.of(V1, 2));

            RequestResult second = result(fixture.requestDeployment("online", "0.0.2", 2));
            assertThat(second).isEqualTo(new RequestResult(id.value(), null, "running", null));
            assertThat(fixture.routed(id)).isEqualTo(Map.of(V2, 2));
            assertThat(fixture.cutOff).isEmpty();
        }
    }

    @Test
    void answersThatAnUpdateWasRolledBackAndWhy() {
        try (RolloutFixture fixture = new RolloutFixture()) {
            ServiceId id = new ServiceId(
                    result(fixture.requestDeployment("online", "0.0.1", 1)).id());
            fixture.cluster.failStarts(V2, 3, "no such module");
            RequestResult update = result(fixture.requestDeployment("online", "0.0.2", 1));

            assertThat(update.status()).isEqualTo("failed");
            assertThat(update.errorMsg()).contains("no such module");
            assertThat(fixture.routed(id)).isEqualTo(Map.of(V1, 1));
        }
    }

    @Test
    void bringsBackWhatServedWhenTheRequestIsCancelled() throws Exception {
        try (RolloutFixture fixture = new RolloutFixture()) {
            ServiceId id = new ServiceId(
                    result(fixture.requestDeployment("online", "0.0.1", 2)).id());
            fixture.cluster.holdStarts();
            WorkflowStub update = fixture.requestDeployment("online", "0.0.2", 2);
            Await.until("new instances start", () -> fixture.living(id).containsKey(V2), () -> fixture.living(id));
            update.cancel();

            cancelled(update);
            keepForReplays(fixture.historyOf(update));
            assertThat(fixture.service(id).state()).isEqualTo(ServiceState.RUNNING);
            assertThat(fixture.routed(id)).isEqualTo(Map.of(V1, 2));
            assertThat(fixture.living(id)).isEqualTo(Map.of(V1, 2L));
            assertThat(fixture.cutOff).isEmpty();
        }
    }

    @Test
    void stopsAFirstDeploymentWhenTheRequestIsCancelled() {
        try (RolloutFixture fixture = new RolloutFixture()) {
            fixture.cluster.holdStarts();
            WorkflowStub first = fixture.requestDeployment("online", "0.0.1", 2);
            Await.until("the service is there", () -> onlyId(fixture).isPresent(), () -> "none");
            ServiceId id = onlyId(fixture).orElseThrow();
            Await.until("instances start", () -> !fixture.living(id).isEmpty(), () -> fixture.living(id));
            first.cancel();

            cancelled(first);
            assertThat(fixture.service(id).state()).isEqualTo(ServiceState.STOPPED);
            assertThat(fixture.living(id)).isEmpty();
            assertThat(fixture.slotsHeld(id)).isZero();
        }
    }

    /** Set -Dslipway.histories=FOLDER. */
    private static void keepForReplays(WorkflowExecutionHistory history) throws IOException {
        String folder = System.getProperty("slipway.histories");
        if (folder != null) {
            Files.writeString(
                    Files.createDirectories(Path.of(folder)).resolve("deployment-rolled-back.json"),
                    history.toJson(true));
        }
    }

    private static Optional<ServiceId> onlyId(RolloutFixture fixture) {
        return fixture.services.list(fixture.project, ServiceQuery.named("online")).services().stream()
                .map(service -> service.id())
                .findFirst();
    }

    private static RequestResult result(WorkflowStub request) {
        return request.getResult(RequestResult.class);
    }

    private static void cancelled(WorkflowStub request) {
        assertThatExceptionOfType(WorkflowFailedException.class)
                .isThrownBy(() -> result(request))
                .withCauseInstanceOf(CanceledFailure.class);
    }
}
