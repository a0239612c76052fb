package dev.slipway.worker.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipway.domain.service.ServiceId;
import dev.slipway.domain.service.ServiceState;
import dev.slipway.domain.service.ServiceStore.ServiceQuery;
import dev.slipway.testing.instance.Wait;
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
        try (World world = new World()) {
            RequestResult first = result(world.requestDeployment("online", "0.0.1", 2));
            ServiceId id = new ServiceId(first.id());
            assertThat(first.status()).isEqualTo("running");
            assertThat(world.routed(id)).isEqualTo(Map.of(V1, 2));

            RequestResult second = result(world.requestDeployment("online", "0.0.2", 2));
            assertThat(second).isEqualTo(new RequestResult(id.value(), null, "running", null));
            assertThat(world.routed(id)).isEqualTo(Map.of(V2, 2));
            assertThat(world.cutOff).isEmpty();
        }
    }

    @Test
    void answersThatAnUpdateWasRolledBackAndWhy() {
        try (World world = new World()) {
            ServiceId id = new ServiceId(
                    result(world.requestDeployment("online", "0.0.1", 1)).id());
            world.cluster.failStarts(V2, 3, "no such module");
            RequestResult update = result(world.requestDeployment("online", "0.0.2", 1));

            assertThat(update.status()).isEqualTo("failed");
            assertThat(update.errorMsg()).contains("no such module");
            assertThat(world.routed(id)).isEqualTo(Map.of(V1, 1));
        }
    }

    @Test
    void bringsBackWhatServedWhenTheRequestIsCancelled() throws Exception {
        try (World world = new World()) {
            ServiceId id = new ServiceId(
                    result(world.requestDeployment("online", "0.0.1", 2)).id());
            world.cluster.holdStarts();
            WorkflowStub update = world.requestDeployment("online", "0.0.2", 2);
            Wait.until("new instances start", () -> world.living(id).containsKey(V2), () -> world.living(id));
            update.cancel();

            cancelled(update);
            keepForReplays(world.historyOf(update));
            assertThat(world.service(id).state()).isEqualTo(ServiceState.RUNNING);
            assertThat(world.routed(id)).isEqualTo(Map.of(V1, 2));
            assertThat(world.living(id)).isEqualTo(Map.of(V1, 2L));
            assertThat(world.cutOff).isEmpty();
        }
    }

    @Test
    void stopsAFirstDeploymentWhenTheRequestIsCancelled() {
        try (World world = new World()) {
            world.cluster.holdStarts();
            WorkflowStub first = world.requestDeployment("online", "0.0.1", 2);
            Wait.until("the service is there", () -> onlyId(world).isPresent(), () -> "none");
            ServiceId id = onlyId(world).orElseThrow();
            Wait.until("instances start", () -> !world.living(id).isEmpty(), () -> world.living(id));
            first.cancel();

            cancelled(first);
            assertThat(world.service(id).state()).isEqualTo(ServiceState.STOPPED);
            assertThat(world.living(id)).isEmpty();
            assertThat(world.placesHeld(id)).isZero();
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

    private static Optional<ServiceId> onlyId(World world) {
        return world.services.list(world.project, ServiceQuery.named("online")).services().stream()
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
