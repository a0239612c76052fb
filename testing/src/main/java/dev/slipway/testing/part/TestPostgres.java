package dev.slipway.testing.part;

import dev.slipway.parts.postgres.PostgresPart;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A real PostgreSQL 18 for tests, started when first asked for, one per test JVM. Give each test class a database of its own:
 * {@code TestPostgres.shared().newDatabase()}.
 */
public final class TestPostgres {

    private final PostgresPart part;
    private final AtomicInteger databases = new AtomicInteger();

    private TestPostgres(PostgresPart part) {
        this.part = part;
    }

    private static final class Lazy {
        static final TestPostgres SHARED = start();

        private static TestPostgres start() {
            PostgresPart part = new PostgresPart(TestFolder.shared());
            TestFolder.run(part);
            return new TestPostgres(part);
        }
    }

    /** The server of this JVM. */
    public static TestPostgres shared() {
        return Lazy.SHARED;
    }

    /** The part itself, for tests that kill it and start it again. */
    public PostgresPart part() {
        return part;
    }

    /** A new, empty database owned by the role {@code slipway}, which may make extensions such as btree_gist in it. */
    public TestDatabase newDatabase() {
        String name = "test_" + databases.incrementAndGet();
        try (Connection connection = DriverManager.getConnection(
                        part.url("postgres"), PostgresPart.SUPERUSER, part.superuserPassword());
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name + " OWNER " + PostgresPart.OWNER);
        } catch (SQLException e) {
            throw new IllegalStateException("cannot make the database '" + name + "'", e);
        }
        return new TestDatabase(
                part.url(name), PostgresPart.OWNER, part.password(), PostgresPart.GATEWAY_ROLE, part.gatewayPassword());
    }
}
