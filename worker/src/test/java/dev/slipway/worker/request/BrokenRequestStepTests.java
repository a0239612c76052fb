package dev.slipway.worker.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.domain.service.ServiceState;
import dev.slipway.testing.fault.BrokenSteps;
import dev.slipway.testing.instance.Await;
import dev.slipway.workflows.contract.request.DeployService;
import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowStub;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A fault in each step of a request workflow in turn, for ever: the request fails and names it, and what it has begun goes on without it. */
@Timeout(120)
class BrokenRequestStepTests {

    private final RequestFixture fixture = new RequestFixture(1);

    static Stream<String> steps() {
        return BrokenSteps.REQUEST.all();
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private String notTakenBack() {
        return fixture.history().getEvents().stream()
                .filter(HistoryEvent::hasWorkflowPropertiesModifiedEventAttributes)
                .map(event -> event.getWorkflowPropertiesModifiedEventAttributes()
                        .getUpsertedMemo()
                        .getFieldsOrThrow("not_taken_back")
                        .getData()
                        .toStringUtf8())
                .map(json -> json.substring(1, json.length() - 1))
                .findFirst()
                .orElse("no reason in the memo");
    }

    @ParameterizedTest
    @MethodSource("steps")
    void failsAndNamesWhateverStepIsBroken(String broken) {
        Set<String> met = ConcurrentHashMap.newKeySet();
        fixture.fault = call -> {
            if (call.equals(broken)) {
                met.add(call);
                throw new IllegalStateException("'%s' is broken".formatted(call));
            }
        };
        String model = fixture.published("0.0.1").id().value();
        boolean isRefused = broken.equals("RequestActivities.refuse");
        Object[] inputs = isRefused ? new Object[0] : new Object[] {RequestFixture.json("""
                {"service_name":"one","infer_type":"real-time","config":[{"model_id":"%s",
                "specification":"modelarts.vm.cpu.2u","instance_count":1,"weight":100}]}""".formatted(model))};
        WorkflowStub request = fixture.start(DeployService.TYPE, inputs);
        // Temporal shows a run that was asked to cancel as cancelled, whatever ended it.
        String named = "'%s' is broken".formatted(broken);
        if (broken.equals("RequestActivities.withdraw")) {
            fixture.awaitService("one", 1);
            fixture.cancel();
            named = "was cancelled";
        }

        assertThatExceptionOfType(WorkflowFailedException.class)
                .isThrownBy(() -> request.getResult(60, TimeUnit.SECONDS, JsonNode.class))
                .withStackTraceContaining(named);
        assertThat(met).containsExactly(broken);
        if (broken.equals("RequestActivities.withdraw")) {
            assertThat(notTakenBack())
                    .startsWith("DeployService was cancelled, but '%s' could not be taken back and goes on: "
                            .formatted(fixture.named("one").orElseThrow().id()))
                    .contains("'RequestActivities.withdraw' is broken", "Stop or delete it by the API.");
        }
        if (isRefused || broken.equals("RequestActivities.accept")) {
            assertThat(fixture.named("one")).isEmpty();
        } else {
            Await.until("it goes on", () -> fixture.named("one").isPresent(), () -> fixture.named("one"));
            assertThat(fixture.named("one").orElseThrow().state()).isEqualTo(ServiceState.DEPLOYING);
        }
    }
}
