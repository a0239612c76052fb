package dev.slipway.api.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.RunningApi;
import dev.slipway.api.RunningApi.Answer;
import dev.slipway.testing.part.TestTemporal;
import dev.slipway.workflows.connection.TemporalProperties;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Without a token. The object storage of {@link RunningApi} is never there. */
class HealthApiTests {

    @Test
    void saysWhatIsAway() throws Exception {
        try (RunningApi api = new RunningApi()) {
            Answer ready = api.send("GET", "/ready", "", Map.of());

            assertThat(ready.status()).isEqualTo(503);
            assertThat(ready.body().path("ready").asBoolean(true)).isFalse();
            assertThat(ready.body().path("reasons").valueStream().map(JsonNode::asString))
                    .singleElement()
                    .asString()
                    .startsWith("object storage: ");
            Answer health = api.send("GET", "/health", "", Map.of());
            assertThat(health.status()).isEqualTo(200);
            assertThat(health.body().path("healthy").asBoolean(false)).isTrue();
        }
    }

    @Test
    void temporalAwayIsAnotherReasonAndHealthGoesOn() throws Exception {
        try (RunningApi api = new RunningApi(new TemporalProperties("127.0.0.1:1", TestTemporal.NAMESPACE))) {
            Answer ready = api.send("GET", "/ready", "", Map.of());

            assertThat(ready.body().path("reasons").valueStream().map(JsonNode::asString))
                    .hasSize(2)
                    .anyMatch(reason -> reason.startsWith("temporal: Temporal cannot be used: it does not answer")
                            && !reason.contains("[")
                            && !reason.contains("DEADLINE"));
            assertThat(api.send("GET", "/health", "", Map.of()).status()).isEqualTo(200);
        }
    }
}
