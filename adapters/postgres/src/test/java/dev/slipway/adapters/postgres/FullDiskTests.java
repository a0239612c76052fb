package dev.slipway.adapters.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Unavailable;
import dev.slipway.testing.part.TestDatabase;
import dev.slipway.testing.part.TestPostgres;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The database writes a row only if there is room for it: here a trigger says what the server says on a full disk. */
class FullDiskTests {

    private final Database database = open();

    private static Database open() {
        TestDatabase database = TestPostgres.shared().newDatabase();
        return Database.open(new DatabaseProperties(database.url(), database.user(), database.password(), 2));
    }

    @AfterEach
    void close() {
        database.close();
    }

    private void execute(String sql) {
        database.inTransaction(() -> {
            database.jdbc().sql(sql).update();
        });
    }

    /** A command gets an answer, soon, that says what to do; and it works as soon as there is room. */
    @Test
    @Timeout(value = 20, unit = TimeUnit.SECONDS)
    void aWriteIsRefusedAtOnceAndSaysWhy() {
        database.migrate();
        execute("""
                CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    RAISE EXCEPTION 'could not extend file "base/1/2": No space left on device' USING ERRCODE = 'disk_full';
                END $$""");
        execute("CREATE TRIGGER full_disk BEFORE INSERT ON service EXECUTE FUNCTION full_disk()");

        assertThatExceptionOfType(Unavailable.class)
                .isThrownBy(() -> TestRows.service(database))
                .withMessage("the disk of the database is full: free space there, then try again")
                .satisfies(refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.UNAVAILABLE));

        execute("DROP TRIGGER full_disk ON service");
        assertThat(TestRows.service(database)).isNotNull();
    }
}
