package dev.slipway.adapters.postgres.event;

import dev.slipway.domain.event.Event;
import dev.slipway.domain.event.EventStore.EventSubject;
import dev.slipway.domain.event.EventType;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Rows of events, for the event store and for the transactions of commands. */
public final class EventRows {

    private EventRows() {}

    /** Writes the event, unless there is one of the same subject and key. */
    public static void insert(JdbcClient jdbc, EventSubject subject, Event event) {
        jdbc.sql("""
                        INSERT INTO event (subject_kind, subject, key, type, info, cause, advice, occurred_at)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (subject, key) DO NOTHING""")
                .param(subject.name())
                .param(event.subject())
                .param(event.key())
                .param(event.type().name())
                .param(event.info())
                .param(event.cause())
                .param(event.advice())
                .param(Timestamp.from(event.occurredAt()))
                .update();
    }

    static Event event(ResultSet row, int number) throws SQLException {
        return new Event(
                row.getString("subject"),
                row.getString("key"),
                EventType.valueOf(row.getString("type")),
                row.getString("info"),
                row.getString("cause"),
                row.getString("advice"),
                row.getTimestamp("occurred_at").toInstant());
    }
}
