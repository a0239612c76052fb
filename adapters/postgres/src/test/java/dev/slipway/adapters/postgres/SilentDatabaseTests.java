package dev.slipway.adapters.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipway.domain.problem.Unavailable;
import dev.slipway.testing.fault.SilentServer;
import dev.slipway.testing.part.TestDatabase;
import dev.slipway.testing.part.TestPostgres;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A database that keeps its connections and does not answer. */
@Timeout(20)
class SilentDatabaseTests {

    private static final Duration LIMIT = Duration.ofSeconds(1);

    @Test
    void saysSoWhereConnectionsGetNoAnswer() {
        try (SilentServer server = SilentServer.start();
                Database database = Database.open(
                        new DatabaseProperties(
                                "jdbc:postgresql://127.0.0.1:%d/slipway".formatted(server.port()), "u", "p", 2),
                        LIMIT)) {
            assertThatExceptionOfType(Unavailable.class)
                    .isThrownBy(database::check)
                    .withMessageStartingWith("the database does not answer now");
        }
    }

    /** The server process of one connection is stopped in the middle of a transaction, as a stopped server's all are. */
    @Test
    void saysSoWhereAStatementGetsNoAnswerAndGoesOnWithOthers() {
        TestDatabase made = TestPostgres.shared().newDatabase();
        long[] backend = new long[1];
        try (Database database =
                Database.open(new DatabaseProperties(made.url(), made.user(), made.password(), 2), LIMIT)) {
            try {
                assertThatExceptionOfType(Unavailable.class)
                        .isThrownBy(() -> database.inTransaction(() -> {
                            backend[0] = database.jdbc()
                                    .sql("SELECT pg_backend_pid()")
                                    .query(Long.class)
                                    .single();
                            signal("STOP", backend[0]);
                            database.check();
                        }))
                        .withMessageStartingWith("the database does not answer now");
                database.check();
            } finally {
                signal("CONT", backend[0]);
            }
        }
    }

    private static void signal(String name, long process) {
        try {
            assertThat(new ProcessBuilder("kill", "-" + name, String.valueOf(process))
                            .start()
                            .waitFor())
                    .isZero();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
