package dev.slipway.adapters.postgres.leader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.adapters.postgres.Database;
import dev.slipway.adapters.postgres.DatabaseProperties;
import dev.slipway.testing.part.TestDatabase;
import dev.slipway.testing.part.TestPostgres;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class AdvisoryLockTests {

    private static final TestDatabase PLACE = TestPostgres.shared().newDatabase();
    private static final Database ONE = open();
    private static final Database OTHER = open();

    private static Database open() {
        return Database.open(new DatabaseProperties(PLACE.url(), PLACE.user(), PLACE.password(), 4));
    }

    @AfterAll
    static void close() {
        ONE.close();
        OTHER.close();
    }

    @Test
    void oneLeadsUntilItGivesUp() {
        AdvisoryLock one = new AdvisoryLock(ONE, "a");
        try (AdvisoryLock other = new AdvisoryLock(OTHER, "a");
                AdvisoryLock another = new AdvisoryLock(OTHER, "b")) {
            assertThat(one.getAsBoolean()).isTrue();
            assertThat(one.getAsBoolean()).isTrue();
            assertThat(other.getAsBoolean()).isFalse();
            assertThat(another.getAsBoolean()).isTrue();

            one.close();
            assertThat(one.getAsBoolean()).isFalse();
            assertThat(other.getAsBoolean()).isTrue();
        }
    }

    @Test
    void theLeadIsFreeWhenItsConnectionIsGone() {
        try (AdvisoryLock one = new AdvisoryLock(ONE, "c");
                AdvisoryLock other = new AdvisoryLock(OTHER, "c")) {
            assertThat(one.getAsBoolean()).isTrue();
            OTHER.jdbc()
                    .sql("SELECT pg_terminate_backend(pid, 5000) FROM pg_locks WHERE locktype = 'advisory'"
                            + " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())")
                    .query(Boolean.class)
                    .list();
            assertThat(other.getAsBoolean()).isTrue();
            assertThat(one.getAsBoolean()).isFalse();
        }
    }
}
