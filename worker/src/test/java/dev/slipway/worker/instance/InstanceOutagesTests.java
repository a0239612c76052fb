package dev.slipway.worker.instance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.domain.event.Event;
import dev.slipway.domain.instance.InstanceSet;
import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.instance.InstanceSetStore.Row;
import dev.slipway.domain.instance.SetOwner;
import dev.slipway.domain.instance.SetStatus;
import dev.slipway.testing.event.InMemoryEventStore;
import dev.slipway.testing.instance.InMemoryInstanceSetStore;
import dev.slipway.testing.instance.Templates;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class InstanceOutagesTests {

    private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");
    private static final InstanceSetId SET = new InstanceSetId("set");

    private final InMemoryEventStore events = new InMemoryEventStore();
    private final InMemoryInstanceSetStore sets = new InMemoryInstanceSetStore();

    @Test
    void tellsServicesAndModelsOnTrialOnceInTenMinutes() {
        for (SetOwner owner : List.of(SetOwner.service("s-1"), SetOwner.model("m-1"))) {
            List<Row> rows = rows(owner, "the store does not answer");
            at(NOW).observed(rows);
            at(NOW.plus(Duration.ofMinutes(1))).observed(rows);
        }

        for (String subject : List.of("s-1", "m-1")) {
            List<Event> told = events.of(subject);
            assertThat(told).hasSize(1);
            assertThat(told.getFirst().info()).isEqualTo("Instances cannot be started for now.");
            assertThat(told.getFirst().cause()).isEqualTo("the store does not answer");
        }
        at(NOW.plus(Duration.ofMinutes(11))).observed(rows(SetOwner.service("s-1"), "the store does not answer"));
        assertThat(events.of("s-1")).as("a reminder").hasSize(2);
    }

    @Test
    void tellsNothingWhereNothingIsAway() {
        at(NOW).observed(rows(SetOwner.service("s-1"), null));

        assertThat(events.of("s-1")).isEmpty();
    }

    private InstanceOutages at(Instant now) {
        return new InstanceOutages(events, Clock.fixed(now, ZoneOffset.UTC));
    }

    private List<Row> rows(SetOwner owner, @Nullable String outage) {
        InstanceSetId set = new InstanceSetId(SET + "-" + owner.value().replace('/', '-'));
        sets.want(owner, new InstanceSet(set, Templates.labelled("working")), 1);
        sets.observe(
                new SetStatus(set, 1, List.of(), null, outage),
                sets.find(set).orElseThrow().desired().revision());
        return List.of(sets.find(set).orElseThrow());
    }
}
