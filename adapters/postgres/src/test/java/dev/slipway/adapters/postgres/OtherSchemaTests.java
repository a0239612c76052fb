package dev.slipway.adapters.postgres;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.adapters.postgres.retention.PostgresRetentionStore;
import dev.slipway.domain.problem.Unavailable;
import dev.slipway.testing.part.TestDatabase;
import dev.slipway.testing.part.TestPostgres;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.BadSqlGrammarException;

/** A database before its schema is made, and in the middle of an upgrade. */
class OtherSchemaTests {

    private final Database database = open();

    private static Database open() {
        TestDatabase database = TestPostgres.shared().newDatabase();
        return Database.open(new DatabaseProperties(database.url(), database.user(), database.password(), 2));
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void saysThatThereIsNoSchemaYet() {
        assertThatExceptionOfType(Unavailable.class)
                .isThrownBy(() -> new PostgresRetentionStore(database).inUse())
                .withMessageStartingWith("the database has no schema of this version yet");
    }

    @Test
    void saysThatAColumnOfThisVersionIsNotThereYet() {
        database.migrate();
        execute(
                "DELETE FROM flyway_schema_history WHERE installed_rank = (SELECT max(installed_rank) FROM flyway_schema_history)");

        assertThatExceptionOfType(Unavailable.class)
                .isThrownBy(() -> execute("UPDATE service SET a_column_of_tomorrow = 1"))
                .withMessageStartingWith("the database has no schema of this version yet");
    }

    @Test
    void aStatementThatDoesNotFitItsOwnSchemaIsABug() {
        database.migrate();

        assertThatThrownBy(() -> execute("UPDATE service SET a_column_of_tomorrow = 1"))
                .isInstanceOf(BadSqlGrammarException.class);
    }

    private void execute(String sql) {
        database.inTransaction(() -> {
            database.jdbc().sql(sql).update();
        });
    }
}
