package dev.slipway.standalone.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.slipway.adapters.postgres.Database;
import dev.slipway.adapters.postgres.DatabaseProperties;
import dev.slipway.adapters.postgres.event.PostgresEventStore;
import dev.slipway.domain.event.Event;
import dev.slipway.domain.event.Origin;
import dev.slipway.testing.part.TestDatabase;
import dev.slipway.testing.part.TestPostgres;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What the log says of events. */
class EventLineTests {

    private static final Instant NOON = Instant.parse("2026-11-28T12:00:00Z");
    private static final Database DATABASE = open();

    private final Logger logger = (Logger) LoggerFactory.getLogger("dev.slipway.adapters.postgres.event");
    private final ListAppender<ILoggingEvent> shown = new ListAppender<>();
    private final PostgresEventStore events = new PostgresEventStore(DATABASE);
    private final String service = UUID.randomUUID().toString();

    private static Database open() {
        TestDatabase database = TestPostgres.shared().newDatabase();
        return Database.open(new DatabaseProperties(database.url(), database.user(), database.password(), 2));
    }

    @BeforeAll
    static void migrate() {
        DATABASE.migrate();
    }

    @AfterAll
    static void close() {
        DATABASE.close();
    }

    @BeforeEach
    void listen() {
        shown.start();
        logger.addAppender(shown);
    }

    @AfterEach
    void listenNoMore() {
        logger.detachAppender(shown);
    }

    private List<String> lines() {
        return shown.list.stream()
                .map(line -> line.getLevel() + " " + line.getFormattedMessage())
                .toList();
    }

    @Test
    void aCommandIsALineWithWhoGaveIt() {
        events.record(
                Event.normal(service, "g1/asked", "Start service.", NOON).by(new Origin("alice", "local", "4711")));
        events.record(Event.normal(service, "g1/starting", "[iris 0.0.1] starting model", NOON));

        assertThat(lines())
                .containsExactly("INFO event service=%s info=Start service. user=alice project=local request=4711"
                        .formatted(service));
    }

    @Test
    void aFailureThatTwoEventsTellIsOneLine() {
        events.record(Event.abnormal(service, "g2/timeout", "Deploying timeout", "no answer\nTraceback", "wait", NOON));
        events.record(Event.abnormal(service, "g2/rollback", "Failed to update", "no answer", "wait", NOON));
        events.record(Event.abnormal(service, "g3/rollback", "Failed to update", "no answer", "wait", NOON));
        events.record(Event.abnormal(service, "g3/given-up", "A step could not be done", "another", "wait", NOON));

        assertThat(lines())
                .containsExactly(
                        "WARN event service=%s info=Deploying timeout cause=no answer".formatted(service),
                        "WARN event service=%s info=Failed to update cause=no answer".formatted(service),
                        "WARN event service=%s info=A step could not be done cause=another".formatted(service));
    }

    @Test
    void whatIsNotCommittedIsNoLine() {
        try {
            DATABASE.inTransaction(() -> {
                events.record(Event.abnormal(service, "g1/failed", "Failed", "no answer", "wait", NOON));
                throw new IllegalStateException("ends the transaction");
            });
        } catch (IllegalStateException expected) {
            assertThat(lines()).isEmpty();
        }

        events.record(Event.abnormal(service, "g1/failed", "Failed", "no answer", "wait", NOON));
        events.record(Event.abnormal(service, "g1/failed", "Failed", "no answer", "wait", NOON));

        assertThat(lines()).hasSize(1);
        assertThat(shown.list.getFirst().getLevel()).isEqualTo(Level.WARN);
    }
}
