package dev.slipway.adapters.postgres.route;

import dev.slipway.adapters.postgres.DatabaseProperties;
import dev.slipway.adapters.postgres.PostgresJson;
import dev.slipway.domain.access.ProjectId;
import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Unavailable;
import dev.slipway.domain.route.GatewayIdentity;
import dev.slipway.domain.route.GatewayLink;
import dev.slipway.domain.route.GatewayReport;
import dev.slipway.domain.route.RouteDocument;
import java.sql.Array;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;

/**
 * The gateway's link over one connection of its own, made for a role that may see routes and write reports and nothing else. After a
 * failure the next call connects anew. To be used by one thread; {@link #close} may come from any.
 */
public final class PostgresGatewayLink implements GatewayLink {

    /** The channel that whoever changes a route document notifies. */
    public static final String CHANNEL = "slipway_route";

    private static final TypeReference<List<RouteDocument.Version>> VERSIONS = new TypeReference<>() {};

    private final DatabaseProperties properties;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile @Nullable Connection connection;
    private boolean nextReportIsWhole;

    private PostgresGatewayLink(DatabaseProperties properties) {
        this.properties = properties;
    }

    /** Connects at the first call only, so that a database that is away does not stop the start. */
    public static PostgresGatewayLink open(DatabaseProperties properties) {
        return new PostgresGatewayLink(properties);
    }

    @Override
    public void register(GatewayIdentity identity) {
        run(connection -> {
            try (PreparedStatement insert = connection.prepareStatement("""
                    INSERT INTO gateway (id, host_id, boot_id, pid, process_start, address, registered_at, last_seen)
                    VALUES (?, ?, ?, ?, ?, ?, ?, now())
                    ON CONFLICT (id) DO UPDATE SET host_id = excluded.host_id, boot_id = excluded.boot_id, pid = excluded.pid,
                        process_start = excluded.process_start, address = excluded.address,
                        registered_at = excluded.registered_at, last_seen = now()""")) {
                insert.setString(1, identity.id());
                insert.setString(2, identity.hostId());
                insert.setString(3, identity.bootId());
                insert.setLong(4, identity.pid());
                insert.setString(5, identity.processStart());
                insert.setString(6, identity.address());
                insert.setTimestamp(7, Timestamp.from(identity.registeredAt()));
                insert.executeUpdate();
            }
        });
        nextReportIsWhole = true;
    }

    @Override
    public void goodbye(String gatewayId) {
        run(connection -> {
            try (PreparedStatement delete = connection.prepareStatement("DELETE FROM gateway WHERE id = ?")) {
                delete.setString(1, gatewayId);
                delete.executeUpdate();
            }
        });
    }

    @Override
    public boolean isRegistered(String gatewayId) {
        return call(connection -> {
            try (PreparedStatement select = connection.prepareStatement("SELECT 1 FROM gateway WHERE id = ?")) {
                select.setString(1, gatewayId);
                try (ResultSet row = select.executeQuery()) {
                    return row.next();
                }
            }
        });
    }

    @Override
    public Map<String, Long> revisions() {
        return call(connection -> {
            Map<String, Long> revisions = new HashMap<>();
            try (PreparedStatement select =
                            connection.prepareStatement("SELECT service, revision FROM route_document");
                    ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    revisions.put(row.getString(1), row.getLong(2));
                }
            }
            return revisions;
        });
    }

    @Override
    public List<RouteDocument> documents(List<String> services) {
        if (services.isEmpty()) {
            return List.of();
        }
        return call(connection -> {
            List<RouteDocument> documents = new ArrayList<>();
            Array names = connection.createArrayOf("text", services.toArray());
            try (PreparedStatement select = connection.prepareStatement(
                    "SELECT service, project, revision, open, versions FROM route_document WHERE service = ANY (?)")) {
                select.setArray(1, names);
                try (ResultSet row = select.executeQuery()) {
                    while (row.next()) {
                        documents.add(document(row));
                    }
                }
            }
            return documents;
        });
    }

    private static RouteDocument document(ResultSet row) throws SQLException {
        String service = row.getString(1);
        try {
            return new RouteDocument(
                    service,
                    new ProjectId(row.getString(2)),
                    row.getLong(3),
                    row.getBoolean(4),
                    PostgresJson.read(row.getString(5), VERSIONS));
        } catch (JacksonException | IllegalArgumentException e) {
            throw new SQLException("route document of service '%s' cannot be read".formatted(service), e);
        }
    }

    @Override
    public void report(String gatewayId, List<GatewayReport> reports) {
        boolean whole = nextReportIsWhole;
        run(connection -> {
            connection.setAutoCommit(false);
            if (seen(connection, gatewayId)) {
                if (whole) {
                    forgetOthers(connection, gatewayId, reports);
                }
                writeRevisions(connection, gatewayId, reports);
                addCounts(connection, gatewayId, reports);
            }
            connection.commit();
            connection.setAutoCommit(true);
        });
        nextReportIsWhole = false;
    }

    private static boolean seen(Connection connection, String gatewayId) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("UPDATE gateway SET last_seen = now() WHERE id = ?")) {
            update.setString(1, gatewayId);
            return update.executeUpdate() == 1;
        }
    }

    private static void forgetOthers(Connection connection, String gatewayId, List<GatewayReport> reports)
            throws SQLException {
        Array told = connection.createArrayOf(
                "text", reports.stream().map(GatewayReport::service).toArray());
        try (PreparedStatement delete =
                connection.prepareStatement("DELETE FROM gateway_report WHERE gateway = ? AND service <> ALL (?)")) {
            delete.setString(1, gatewayId);
            delete.setArray(2, told);
            delete.executeUpdate();
        }
    }

    private static void writeRevisions(Connection connection, String gatewayId, List<GatewayReport> reports)
            throws SQLException {
        try (PreparedStatement upsert = connection.prepareStatement("""
                        INSERT INTO gateway_report (gateway, service, revision, in_flight) VALUES (?, ?, ?, ?::jsonb)
                        ON CONFLICT (gateway, service) DO UPDATE SET revision = excluded.revision, in_flight = excluded.in_flight""");
                PreparedStatement delete =
                        connection.prepareStatement("DELETE FROM gateway_report WHERE gateway = ? AND service = ?")) {
            for (GatewayReport report : reports) {
                if (report.revision() == GatewayReport.NONE && report.inFlight().isEmpty()) {
                    delete.setString(1, gatewayId);
                    delete.setString(2, report.service());
                    delete.addBatch();
                    continue;
                }
                upsert.setString(1, gatewayId);
                upsert.setString(2, report.service());
                upsert.setLong(3, report.revision());
                upsert.setString(4, inFlight(report));
                upsert.addBatch();
            }
            upsert.executeBatch();
            delete.executeBatch();
        }
    }

    private static String inFlight(GatewayReport report) {
        Map<String, Integer> byName = new TreeMap<>();
        for (Map.Entry<InstanceId, Integer> entry : report.inFlight().entrySet()) {
            byName.put(entry.getKey().toString(), entry.getValue());
        }
        return PostgresJson.write(byName);
    }

    private static void addCounts(Connection connection, String gatewayId, List<GatewayReport> reports)
            throws SQLException {
        try (PreparedStatement upsert = connection.prepareStatement("""
                INSERT INTO request_count AS c (service, gateway, label, sent, answered, failed) VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (service, gateway, label) DO UPDATE SET sent = c.sent + excluded.sent,
                    answered = c.answered + excluded.answered, failed = c.failed + excluded.failed""")) {
            for (GatewayReport report : reports) {
                for (GatewayReport.VersionCount count : report.counts()) {
                    upsert.setString(1, report.service());
                    upsert.setString(2, gatewayId);
                    upsert.setString(3, count.label());
                    upsert.setLong(4, count.sent());
                    upsert.setLong(5, count.answered());
                    upsert.setLong(6, count.failed());
                    upsert.addBatch();
                }
            }
            upsert.executeBatch();
        }
    }

    @Override
    public void awaitChange(Duration atMost) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        run(connection -> {
            // 0 would wait for ever
            int millis = Math.clamp(atMost.toMillis(), 1, Integer.MAX_VALUE);
            connection.unwrap(PGConnection.class).getNotifications(millis);
        });
    }

    @Override
    public void close() {
        closed.set(true);
        drop();
    }

    private interface Query<T> {
        T of(Connection connection) throws SQLException;
    }

    private interface Effect {
        void on(Connection connection) throws SQLException;
    }

    private void run(Effect effect) {
        call(connection -> {
            effect.on(connection);
            return true;
        });
    }

    private <T> T call(Query<T> query) {
        boolean done = false;
        try {
            T result = query.of(connected());
            done = true;
            return result;
        } catch (SQLException e) {
            Unavailable unavailable = new Unavailable(
                    ErrorCode.UNAVAILABLE, "the database of routes does not answer now: " + e.getMessage());
            unavailable.initCause(e);
            throw unavailable;
        } finally {
            // A failed call may have left a transaction open: never go on with its connection.
            if (!done) {
                drop();
            }
        }
    }

    private Connection connected() throws SQLException {
        Connection current = connection;
        if (current != null) {
            return current;
        }
        if (closed.get()) {
            throw new SQLException("the link is closed");
        }
        Properties settings = new Properties();
        settings.setProperty("user", properties.user());
        settings.setProperty("password", properties.password());
        settings.setProperty("ApplicationName", "slipway-gateway");
        settings.setProperty("connectTimeout", "2");
        settings.setProperty("loginTimeout", "4");
        // A frozen server must not hold the link for ever.
        settings.setProperty("socketTimeout", "5");
        settings.setProperty("tcpKeepAlive", "true");
        Connection fresh = DriverManager.getConnection(properties.url(), settings);
        try (Statement listen = fresh.createStatement()) {
            listen.execute("LISTEN " + CHANNEL);
        } catch (SQLException e) {
            fresh.close();
            throw e;
        }
        connection = fresh;
        if (closed.get()) {
            drop();
            throw new SQLException("the link is closed");
        }
        return fresh;
    }

    private void drop() {
        Connection old = connection;
        connection = null;
        if (old == null) {
            return;
        }
        try {
            // Closes the socket also while another thread waits in it; close() would talk to a server that may be
            // frozen.
            old.abort(Runnable::run);
        } catch (SQLException ignoredSinceTheConnectionIsGoneAnyway) {
            // nothing to save
        }
    }
}
