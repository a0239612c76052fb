package dev.slipway.adapters.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.testing.part.TestDatabase;
import dev.slipway.testing.part.TestPostgres;
import java.sql.SQLException;
import java.util.Map;
import java.util.stream.Collectors;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShippedMigrationsTests {

    private static final String PROJECT = "0".repeat(32);

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

    /** Versions at which builds of Slipway left data folders. */
    @ParameterizedTest
    @ValueSource(strings = {"095", "100", "105"})
    void bringADatabaseOfAnEarlierBuildUpToDateWithItsRows(String version) throws SQLException {
        Flyway.configure()
                .dataSource(database.dataSource())
                .locations("classpath:" + ShippedMigrations.FOLDER)
                .target(version)
                .load()
                .migrate();
        String service = TestRows.service(database).value();
        execute(
                "INSERT INTO route_document (service, project, revision, open, versions) VALUES ('%s', '%s', 7, true, '[]')"
                        .formatted(service, PROJECT));
        execute(
                "INSERT INTO model (id, project, tenant, owner, name, version, spec, status, created_at) VALUES ('m', '%s', 't', 'o', 'iris', '0.0.1', '{}', 'PUBLISHED', now())"
                        .formatted(PROJECT));
        assertThat(shipped.areAllAppliedTo(database.dataSource())).isFalse();

        database.migrate();

        assertThat(shipped.areAllAppliedTo(database.dataSource())).isTrue();
        assertThat(text("SELECT state FROM service WHERE id = '%s'".formatted(service)))
                .isEqualTo("DEPLOYING");
        assertThat(text("SELECT revision || ' ' || cardinality(host_headers) FROM route_document"))
                .isEqualTo("7 0");
        assertThat(text("SELECT name || coalesce(interpreter, ' of no interpreter') FROM model"))
                .isEqualTo("iris of no interpreter");
    }

    private void execute(String sql) {
        database.jdbc().sql(sql).update();
    }

    private String text(String sql) {
        return database.jdbc().sql(sql).query(String.class).single();
    }
}
