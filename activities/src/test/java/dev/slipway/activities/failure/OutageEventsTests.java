package dev.slipway.activities.failure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.testing.batch.InMemoryBatchStore;
import dev.slipway.testing.event.InMemoryEventStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class OutageEventsTests {

    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    private static final Duration SHORT = Duration.ofSeconds(4);

    private final InMemoryEventStore events = new InMemoryEventStore();

    @Test
    void tellsAtTheThirdAttemptAndEachTenMinutes() {
        at(NOON).failed("model/m-1", "CheckPackage", 2, SHORT, "object storage does not answer");
        assertThat(events.of("m-1")).isEmpty();

        at(NOON).failed("model/m-1", "CheckPackage", 3, SHORT, "object storage does not answer");
        at(NOON.plus(Duration.ofMinutes(9)))
                .failed("model/m-1", "CheckPackage", 40, SHORT, "object storage does not answer");
        assertThat(events.of("m-1")).singleElement().satisfies(event -> {
            assertThat(event.info()).isEqualTo("Step CheckPackage cannot be done now and is tried again.");
            assertThat(event.cause()).isEqualTo("object storage does not answer");
        });

        at(NOON.plus(Duration.ofMinutes(11)))
                .failed("model/m-1", "CheckPackage", 50, SHORT, "object storage does not answer");
        assertThat(events.of("m-1")).hasSize(2);
    }

    /** A server that hangs makes few attempts. */
    @Test
    void tellsAfterTenSecondsWhateverTheAttempt() {
        at(NOON).failed("model/m-1", "CheckPackage", 1, Duration.ofMillis(9_999), "no answer");
        assertThat(events.of("m-1")).isEmpty();

        at(NOON).failed("model/m-1", "CheckPackage", 1, Duration.ofSeconds(10), "no answer");
        assertThat(events.of("m-1")).hasSize(1);
    }

    @Test
    void findsTheServiceOfARolloutAndIgnoresOthers() {
        at(NOON).failed("service/s-1/rollout/2", "Observe", 3, SHORT, "no answer");
        at(NOON).failed("iris-tonight", "Ask", 3, SHORT, "no answer");

        assertThat(events.of("s-1")).hasSize(1);
        assertThat(events.of("iris-tonight")).isEmpty();
    }

    private OutageEvents at(Instant now) {
        return new OutageEvents(events, new InMemoryBatchStore(), Clock.fixed(now, ZoneOffset.UTC));
    }
}
