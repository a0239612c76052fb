package dev.slipway.adapters.postgres.event;

import dev.slipway.domain.event.Event;
import dev.slipway.domain.event.EventStore.EventSubject;
import dev.slipway.domain.event.EventType;
import dev.slipway.domain.event.Origin;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Rows of events, for the event store and for the transactions of commands. */
public final class EventRows {

    private EventRows() {}

    /** Writes the event, unless there is one of the same subject and key. See {@link EventLines} for the log. */
    public static void insert(JdbcClient jdbc, EventSubject subject, Event event) {
        Origin origin = event.origin();
        int written = jdbc.sql("""
                        INSERT INTO event (subject_kind, subject, key, type, info, cause, advice, occurred_at, by_user, by_project, request)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (subject, key) DO NOTHING""")
                .param(subject.name())
                .param(event.subject())
                .param(event.key())
                .param(event.type().name())
                .param(event.info())
                .param(event.cause())
                .param(event.advice())
                .param(Timestamp.from(event.occurredAt()))
                .param(origin == null ? null : origin.user())
                .param(origin == null ? null : origin.project())
                .param(origin == null ? null : origin.request())
                .update();
        if (written > 0) {
            EventLines.afterCommit(subject, event);
        }
    }

    static Event event(ResultSet row, int number) throws SQLException {
        return new Event(
                row.getString("subject"),
                row.getString("key"),
                EventType.valueOf(row.getString("type")),
                row.getString("info"),
                row.getString("cause"),
                row.getString("advice"),
                row.getTimestamp("occurred_at").toInstant(),
                origin(row));
    }

    private static @Nullable Origin origin(ResultSet row) throws SQLException {
        String user = row.getString("by_user");
        return user == null ? null : new Origin(user, row.getString("by_project"), row.getString("request"));
    }

    /** Who gave the import of a model. */
    public static Optional<Origin> importedBy(JdbcClient jdbc, String model) {
        return commandedBy(jdbc, model, "import/");
    }

    /** Who gave the command of a generation of a service. */
    public static Optional<Origin> commandedBy(JdbcClient jdbc, String service, long generation) {
        return commandedBy(jdbc, service, "g%d/".formatted(generation));
    }

    private static Optional<Origin> commandedBy(JdbcClient jdbc, String subject, String keys) {
        return jdbc.sql("""
                        SELECT by_user, by_project, request FROM event
                        WHERE subject = ? AND starts_with(key, ?) AND by_user IS NOT NULL ORDER BY id LIMIT 1""")
                .params(subject, keys)
                .query((row, number) ->
                        new Origin(row.getString("by_user"), row.getString("by_project"), row.getString("request")))
                .optional();
    }
}
