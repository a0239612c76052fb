package dev.slipway.adapters.postgres.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.adapters.postgres.Database;
import dev.slipway.adapters.postgres.DatabaseProperties;
import dev.slipway.adapters.postgres.model.PostgresModelStore;
import dev.slipway.domain.event.Event;
import dev.slipway.domain.event.EventStore;
import dev.slipway.domain.event.EventStore.EventQuery;
import dev.slipway.domain.event.EventStore.EventSubject;
import dev.slipway.domain.event.EventType;
import dev.slipway.domain.model.ImportEvents;
import dev.slipway.domain.model.Model;
import dev.slipway.testing.model.Models;
import dev.slipway.testing.part.TestDatabase;
import dev.slipway.testing.part.TestPostgres;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PostgresEventStoreTests {

    private static final Database DATABASE = open();

    private final String subject = UUID.randomUUID().toString();
    private final EventStore events = new PostgresEventStore(DATABASE);

    @BeforeAll
    static void migrate() {
        DATABASE.migrate();
    }

    @AfterAll
    static void close() {
        DATABASE.close();
    }

    @Test
    void keepsTheFirstOfAKey() {
        events.record(event("k", "first"));
        events.record(event("k", "second"));

        assertThat(events.list(subject, query(null, null, 0, 10)).events())
                .extracting(Event::info)
                .containsExactly("first");
    }

    @Test
    void filtersCountsAndPages() {
        events.record(event("1", "100% sure"));
        events.record(event("2", "1000 sure"));
        events.record(Event.abnormal(subject, "3", "not sure", "cause", "advice", Models.NOON.plusSeconds(3)));

        assertThat(events.list(subject, query(null, null, 1, 1)).total()).isEqualTo(3);
        assertThat(events.list(subject, query(null, null, 1, 1)).events())
                .extracting(Event::key)
                .containsExactly("2");
        assertThat(events.list(subject, query(null, "0% S", 0, 10)).events())
                .extracting(Event::key)
                .containsExactly("1");
        assertThat(events.list(subject, query(EventType.ABNORMAL, null, 0, 10)).events())
                .singleElement()
                .satisfies(event -> assertThat(event.advice()).isEqualTo("advice"));
        assertThat(events.list(subject, query(null, null, 3, 10)).events()).isEmpty();
    }

    @Test
    void removesOldOnesOfTheirKind() {
        Model model = Models.asked("old", "0.0.1");
        new PostgresModelStore(DATABASE).change(model.id(), row -> {
            row.insert(model);
            return row;
        });
        events.record(ImportEvents.started(model.id(), Models.NOON.minus(Duration.ofDays(9))));
        events.record(ImportEvents.imported(model.id(), Models.NOON));
        events.record(event("service", "stays"));

        assertThat(events.removeOlderThan(EventSubject.MODEL, Models.NOON.minusSeconds(1), 1000))
                .isEqualTo(1);
        assertThat(events.list(model.id().value(), query(null, null, 0, 10)).total())
                .isEqualTo(1);
        assertThat(events.list(subject, query(null, null, 0, 10)).total()).isEqualTo(1);
    }

    private Event event(String key, String info) {
        return Event.normal(subject, key, info, Models.NOON);
    }

    private static EventQuery query(@Nullable EventType type, @Nullable String info, int offset, int limit) {
        return new EventQuery(type, info, null, null, offset, limit, true);
    }

    private static Database open() {
        TestDatabase database = TestPostgres.shared().newDatabase();
        return Database.open(new DatabaseProperties(database.url(), database.user(), database.password(), 4));
    }
}
