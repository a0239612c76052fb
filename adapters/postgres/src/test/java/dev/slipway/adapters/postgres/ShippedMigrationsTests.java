package dev.slipway.adapters.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.testing.part.TestDatabase;
import dev.slipway.testing.part.TestPostgres;
import java.sql.SQLException;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ShippedMigrationsTests {

    private final TestDatabase place = TestPostgres.shared().newDatabase();
    private final Database database =
            Database.open(new DatabaseProperties(place.url(), place.user(), place.password(), 4));
    private final ShippedMigrations shipped = ShippedMigrations.find();

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void areNotAppliedToAnEmptyDatabase() throws SQLException {
        assertThat(shipped.areAllAppliedTo(database.dataSource())).isFalse();
    }

    @Test
    void haveTheChecksumsOfFlywaysHistory() throws SQLException {
        database.migrate();

        Map<String, Integer> history = database
                .jdbc()
                .sql("SELECT script, checksum FROM flyway_schema_history")
                .query((row, number) -> Map.entry(row.getString("script"), row.getInt("checksum")))
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        assertThat(shipped.checksums()).containsExactlyInAnyOrderEntriesOf(history);
        assertThat(shipped.areAllAppliedTo(database.dataSource())).isTrue();
    }

    @Test
    void areNotAppliedWhereOneIsMissingOrWasAnother() throws SQLException {
        database.migrate();

        database.jdbc()
                .sql("UPDATE flyway_schema_history SET checksum = checksum + 1 WHERE version = '050'")
                .update();
        assertThat(shipped.areAllAppliedTo(database.dataSource())).isFalse();

        database.jdbc()
                .sql("DELETE FROM flyway_schema_history WHERE version = '050'")
                .update();
        assertThat(shipped.areAllAppliedTo(database.dataSource())).isFalse();
    }
}
