package dev.slipway.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.activities.waiting.StepHeartbeats;
import dev.slipway.adapters.objectstore.S3ObjectStore;
import dev.slipway.adapters.postgres.Database;
import dev.slipway.instance.client.ClientLimits;
import dev.slipway.workflows.activity.ActivityCalls;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * What a step asks of another system ends before the step is given up, so that it fails with a sentence. Answers of models are not here: the
 * thread that waits for them reports each second that it does.
 */
class StepLimitsTests {

    /** So soon a person is told why nothing moves. */
    private static final Duration TOLD = Duration.ofSeconds(20);

    private static final Map<String, Duration> REQUESTS = Map.of(
            "object storage", S3ObjectStore.ANSWER_LIMIT,
            "database", Database.ANSWER_LIMIT,
            "connection to an instance", ClientLimits.ONE_AT_A_TIME.connect());

    private static List<String> tooLong(Map<String, Duration> requests, Duration limit) {
        return requests.entrySet().stream()
                .filter(request -> request.getValue().compareTo(limit) >= 0)
                .map(Map.Entry::getKey)
                .toList();
    }

    @Test
    void requestsEndBeforeTheStepIsGivenUp() {
        assertThat(tooLong(REQUESTS, ActivityCalls.HEARTBEAT)).isEmpty();
        assertThat(tooLong(REQUESTS, ActivityCalls.ROWS)).isEmpty();
        assertThat(tooLong(REQUESTS, TOLD)).isEmpty();
        assertThat(StepHeartbeats.PATIENCE.plus(StepHeartbeats.EACH)).isLessThan(TOLD);
    }

    /** The limit of the database as it was. */
    @Test
    void aRequestAsLongAsAHeartbeatIsFound() {
        assertThat(tooLong(Map.of("database", Duration.ofSeconds(60)), ActivityCalls.HEARTBEAT))
                .containsExactly("database");
    }
}
