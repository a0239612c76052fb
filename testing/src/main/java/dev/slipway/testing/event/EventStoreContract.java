package dev.slipway.testing.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.domain.event.Event;
import dev.slipway.domain.event.EventStore;
import dev.slipway.domain.event.EventStore.EventQuery;
import dev.slipway.domain.event.EventStore.EventSubject;
import dev.slipway.domain.event.EventType;
import dev.slipway.domain.event.Origin;
import dev.slipway.testing.model.Models;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What every {@link EventStore} does. */
public abstract class EventStoreContract {

    private final String subject = UUID.randomUUID().toString();

    protected abstract EventStore store();

    /** Id of a model that exists. */
    protected abstract String model();

    @Test
    void keepsTheFirstOfAKey() {
        store().record(event("k", "first"));
        store().record(event("k", "second"));
        store().record(Event.normal(UUID.randomUUID().toString(), "k", "another's", Models.NOON));

        assertThat(list(query(null, null, 0, 10))).extracting(Event::info).containsExactly("first");
    }

    @Test
    void givesBackWhatWasWritten() {
        Event event =
                Event.abnormal(subject, "k", "信息 \"%s\"", "cause\nof two lines", "advice", Models.NOON.plusMillis(7));
        Event commanded = Event.normal(subject, "g1/deploy", "Start to deploy service.", Models.NOON.plusSeconds(1))
                .by(new Origin("爱丽丝", "local", "request-7"));
        store().record(event);
        store().record(commanded);

        assertThat(list(query(null, null, 0, 10))).containsExactly(event, commanded);
    }

    /** A cause may quote the log of an instance, which is what a package prints. */
    @Test
    void keepsWhateverTextAPackageHasWritten() {
        store().record(Event.abnormal(subject, "k", "info\0", "cause\uD800", "advice\u202E", Models.NOON));

        assertThat(list(query(null, null, 0, 10)))
                .containsExactly(
                        Event.abnormal(subject, "k", "info\uFFFD", "cause\uFFFD", "advice\uFFFD", Models.NOON));
    }

    @Test
    void filtersCountsAndPages() {
        store().record(event("1", "100% sure"));
        store().record(event("2", "1000 sure"));
        store().record(Event.abnormal(subject, "3", "not sure_", "cause", "advice", Models.NOON.plusSeconds(3)));

        assertThat(store().list(subject, query(null, null, 2, 1)).total()).isEqualTo(3);
        assertThat(list(query(null, null, 2, 1))).extracting(Event::key).containsExactly("3");
        assertThat(list(query(null, "0% S", 0, 10))).extracting(Event::key).containsExactly("1");
        assertThat(list(query(null, "sure_", 0, 10))).extracting(Event::key).containsExactly("3");
        assertThat(list(query(EventType.ABNORMAL, null, 0, 10)))
                .extracting(Event::advice)
                .containsExactly("advice");
        assertThat(list(query(null, null, 3, 10))).isEmpty();
    }

    @Test
    void ordersByTimeEitherWayAndCutsByIt() {
        for (int second : new int[] {3, 1, 2}) {
            store().record(Event.normal(subject, "" + second, "at " + second, Models.NOON.plusSeconds(second)));
        }

        assertThat(list(new EventQuery(null, null, null, null, 0, 10, false)))
                .extracting(Event::key)
                .containsExactly("3", "2", "1");
        Instant second = Models.NOON.plusSeconds(2);
        assertThat(list(new EventQuery(null, null, second, null, 0, 10, true)))
                .extracting(Event::key)
                .containsExactly("2", "3");
        assertThat(list(new EventQuery(null, null, null, second, 0, 10, true)))
                .extracting(Event::key)
                .containsExactly("1", "2");
    }

    @Test
    void removesOldOnesAtMostSoManyAtOnce() {
        String model = model();
        Instant longAgo = Models.NOON.minus(Duration.ofDays(900));
        for (int i = 0; i < 5; i++) {
            store().record(Event.normal(model, "old-" + i, "old", longAgo));
        }
        store().record(Event.normal(model, "new", "new", Models.NOON));

        Instant before = Models.NOON.minus(Duration.ofDays(800));
        assertThat(store().removeOlderThan(EventSubject.MODEL, before, 3)).isEqualTo(3);
        assertThat(store().removeOlderThan(EventSubject.MODEL, before, 3)).isEqualTo(2);
        assertThat(store().removeOlderThan(EventSubject.MODEL, before, 3)).isZero();
        assertThat(store().list(model, query(null, null, 0, 10)).events())
                .extracting(Event::info)
                .containsExactly("new");
    }

    protected final Event event(String key, String info) {
        return Event.normal(subject, key, info, Models.NOON);
    }

    protected final List<Event> list(EventQuery query) {
        return store().list(subject, query).events();
    }

    protected static EventQuery query(@Nullable EventType type, @Nullable String info, int offset, int limit) {
        return new EventQuery(type, info, null, null, offset, limit, true);
    }
}
