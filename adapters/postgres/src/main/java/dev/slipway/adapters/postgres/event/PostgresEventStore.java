package dev.slipway.adapters.postgres.event;

import dev.slipway.adapters.postgres.Database;
import dev.slipway.adapters.postgres.Matching;
import dev.slipway.domain.event.Event;
import dev.slipway.domain.event.EventStore;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@link EventStore} in PostgreSQL. */
public final class PostgresEventStore implements EventStore {

    private final Database database;

    public PostgresEventStore(Database database) {
        this.database = database;
    }

    @Override
    public void record(Event event) {
        database.inTransaction(() -> {
            boolean ofModel = database.jdbc()
                    .sql("SELECT EXISTS (SELECT FROM model WHERE id = ?)")
                    .param(event.subject())
                    .query(Boolean.class)
                    .single();
            EventRows.insert(database.jdbc(), ofModel ? EventSubject.MODEL : EventSubject.SERVICE, event);
        });
    }

    @Override
    public EventPage list(String subject, EventQuery query) {
        Matching matching = new Matching()
                .where("subject = ?", subject)
                .where("type = ?", query.type() == null ? null : query.type().name())
                .contains("info", query.infoContains())
                .where("occurred_at >= ?", timestamp(query.from()))
                .where("occurred_at <= ?", timestamp(query.to()));
        String direction = query.ascending() ? "ASC" : "DESC";
        return database.inTransaction(() -> {
            long total = database.jdbc()
                    .sql("SELECT count(*) FROM event" + matching.sql())
                    .params(matching.parameters())
                    .query(Long.class)
                    .single();
            List<Event> events = database.jdbc()
                    .sql("SELECT * FROM event%s ORDER BY occurred_at %s, id %s LIMIT ? OFFSET ?"
                            .formatted(matching.sql(), direction, direction))
                    .params(matching.parameters())
                    .param(query.limit())
                    .param(query.offset())
                    .query(EventRows::event)
                    .list();
            return new EventPage(events, total);
        });
    }

    @Override
    public int removeOlderThan(EventSubject subject, Instant before, int limit) {
        return database.inTransaction(() -> database.jdbc()
                .sql("""
                        DELETE FROM event WHERE id IN (
                            SELECT id FROM event WHERE subject_kind = ? AND occurred_at < ?
                            ORDER BY occurred_at LIMIT ? FOR UPDATE SKIP LOCKED)""")
                .param(subject.name())
                .param(Timestamp.from(before))
                .param(limit)
                .update());
    }

    private static @Nullable Timestamp timestamp(@Nullable Instant instant) {
        return instant == null ? null : Timestamp.from(instant);
    }
}
