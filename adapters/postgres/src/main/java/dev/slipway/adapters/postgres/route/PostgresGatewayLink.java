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
import dev.slipway.domain.route.MinuteCounts;
import dev.slipway.domain.route.RequestCounts;
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
import org.postgresql.PGNotification;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;

/**
 * {@link GatewayLink} over a connection of its own, for a role that may only read routes and write reports. After a failure the next call
 * connects again. For one thread; {@link #close} may be called by any.
 */
public final class PostgresGatewayLink implements GatewayLink {

    /** The channel for changes of route documents; the payload is the service's id. */
    public static final String CHANNEL = "slipway_route";

    private static final TypeReference<List<RouteDocument.Version>> VERSIONS = new TypeReference<>() {};

    /**
     * One statement for a whole report, so that it costs one round trip and is written as one. All parts depend on the gateway's row: if it
     * is not there, names another process, or has had a later call of this one, nothing is written. While an operator forgets the gateway,
     * this waits for it.
     */
    private static final String REPORT = """
            WITH reporter AS (
                UPDATE gateway SET last_seen = now(), told = told OR ?, last_call = ?
                WHERE id = ? AND registered_at = ? AND last_call < ? RETURNING id
            ), told AS (
                SELECT * FROM jsonb_to_recordset(?::jsonb) AS t (service text, revision bigint, in_flight jsonb, gone boolean)
            ), removed AS (
                DELETE FROM gateway_report r USING reporter
                WHERE r.gateway = reporter.id
                    AND (r.service IN (SELECT service FROM told WHERE gone)
                        OR (? AND r.service NOT IN (SELECT service FROM told)))
            ), written AS (
                INSERT INTO gateway_report (gateway, service, revision, in_flight)
                SELECT reporter.id, told.service, told.revision, told.in_flight FROM reporter, told WHERE NOT told.gone
                ON CONFLICT (gateway, service) DO UPDATE SET revision = excluded.revision, in_flight = excluded.in_flight
            ), counted AS (
                INSERT INTO request_minute AS m (service, set_id, minute, gateway, process,
                    sent, answered, answered_2xx, answered_4xx, answered_5xx, cut, abandoned, in_flight, latency)
                SELECT c.service, c.set_id, c.minute, reporter.id, ?,
                    c.sent, c.answered, c.answered_2xx, c.answered_4xx, c.answered_5xx, c.cut, c.abandoned, c.in_flight, c.latency
                FROM reporter, jsonb_to_recordset(?::jsonb) AS c (service text, set_id text, minute timestamptz,
                    sent bigint, answered bigint, answered_2xx bigint, answered_4xx bigint, answered_5xx bigint, cut bigint,
                    abandoned bigint, in_flight int, latency bigint[])
                ON CONFLICT (service, set_id, minute, gateway, process) DO UPDATE SET
                    sent = excluded.sent, answered = excluded.answered, answered_2xx = excluded.answered_2xx,
                    answered_4xx = excluded.answered_4xx, answered_5xx = excluded.answered_5xx, cut = excluded.cut,
                    abandoned = excluded.abandoned, in_flight = excluded.in_flight, latency = excluded.latency
                -- Counts only grow: what arrives late takes nothing back.
                WHERE excluded.sent + excluded.answered + excluded.cut + excluded.abandoned
                    >= m.sent + m.answered + m.cut + m.abandoned
            )
            SELECT count(*) FROM reporter""";

    private final DatabaseProperties properties;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile @Nullable Connection connection;
    private boolean nextReportIsWhole;

    /** Numbers what is written: a statement whose connection was given up may still arrive after later ones, and must do nothing. */
    private long calls;

    private PostgresGatewayLink(DatabaseProperties properties) {
        this.properties = properties;
    }

    /** Connects at the first call only, so that a gateway can start while the database is unavailable. */
    public static PostgresGatewayLink open(DatabaseProperties properties) {
        return new PostgresGatewayLink(properties);
    }

    @Override
    public void register(GatewayIdentity identity) {
        long call = ++calls;
        run(connection -> {
            try (PreparedStatement insert = connection.prepareStatement("""
                    INSERT INTO gateway AS g
                        (id, host_id, boot_id, pid, process_start, address, registered_at, last_seen, told, last_call)
                    VALUES (?, ?, ?, ?, ?, ?, ?, now(), false, ?)
                    ON CONFLICT (id) DO UPDATE SET host_id = excluded.host_id, boot_id = excluded.boot_id, pid = excluded.pid,
                        process_start = excluded.process_start, address = excluded.address,
                        registered_at = excluded.registered_at, last_seen = now(), told = false, last_call = excluded.last_call
                    WHERE g.registered_at <> excluded.registered_at OR g.last_call < excluded.last_call""")) {
                insert.setString(1, identity.id());
                insert.setString(2, identity.hostId());
                insert.setString(3, identity.bootId());
                insert.setLong(4, identity.pid());
                insert.setString(5, identity.processStart());
                insert.setString(6, identity.address());
                insert.setTimestamp(7, Timestamp.from(identity.registeredAt()));
                insert.setLong(8, call);
                insert.executeUpdate();
            }
        });
        nextReportIsWhole = true;
    }

    @Override
    public void deregister(GatewayIdentity identity) {
        long call = ++calls;
        run(connection -> {
            try (PreparedStatement delete = connection.prepareStatement(
                    "DELETE FROM gateway WHERE id = ? AND registered_at = ? AND last_call < ?")) {
                delete.setString(1, identity.id());
                delete.setTimestamp(2, Timestamp.from(identity.registeredAt()));
                delete.setLong(3, call);
                delete.executeUpdate();
            }
        });
    }

    @Override
    public Registration registration(GatewayIdentity identity) {
        return call(connection -> {
            try (PreparedStatement select =
                    connection.prepareStatement("SELECT registered_at = ? FROM gateway WHERE id = ?")) {
                select.setTimestamp(1, Timestamp.from(identity.registeredAt()));
                select.setString(2, identity.id());
                try (ResultSet row = select.executeQuery()) {
                    if (!row.next()) {
                        return Registration.NONE;
                    }
                    return row.getBoolean(1) ? Registration.OWN : Registration.OF_ANOTHER_PROCESS;
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
                    "SELECT service, project, revision, open, versions, host_headers FROM route_document WHERE service = ANY (?)")) {
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
                    PostgresJson.read(row.getString(5), VERSIONS),
                    PostgresRouteTable.texts(row.getArray(6)));
        } catch (JacksonException | IllegalArgumentException e) {
            throw new SQLException("route document of service '%s' cannot be read".formatted(service), e);
        }
    }

    @Override
    public boolean report(GatewayIdentity gateway, List<GatewayReport> reports) {
        boolean whole = nextReportIsWhole;
        long call = ++calls;
        boolean written = call(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(REPORT)) {
                Timestamp process = Timestamp.from(gateway.registeredAt());
                statement.setBoolean(1, whole);
                statement.setLong(2, call);
                statement.setString(3, gateway.id());
                statement.setTimestamp(4, process);
                statement.setLong(5, call);
                statement.setString(6, told(reports));
                statement.setBoolean(7, whole);
                statement.setTimestamp(8, process);
                statement.setString(9, counted(reports));
                try (ResultSet row = statement.executeQuery()) {
                    return row.next() && row.getLong(1) == 1;
                }
            }
        });
        nextReportIsWhole = nextReportIsWhole && !written;
        return written;
    }

    private static String told(List<GatewayReport> reports) {
        return PostgresJson.write(reports.stream()
                .map(report -> new ReportRow(
                        report.service(),
                        report.revision(),
                        byName(report.inFlight()),
                        report.revision() == GatewayReport.NONE
                                && report.inFlight().isEmpty()))
                .toList());
    }

    private static Map<String, Integer> byName(Map<InstanceId, Integer> inFlight) {
        Map<String, Integer> byName = new TreeMap<>();
        inFlight.forEach((instance, open) -> byName.put(instance.toString(), open));
        return byName;
    }

    private static String counted(List<GatewayReport> reports) {
        return PostgresJson.write(reports.stream()
                .flatMap(report -> report.counts().stream().map(counts -> CountedRow.of(report.service(), counts)))
                .toList());
    }

    /** The JSON for a service; names are those of the columns. */
    private record ReportRow(String service, long revision, Map<String, Integer> in_flight, boolean gone) {}

    /** The JSON for a set and minute; names are those of the columns. */
    private record CountedRow(
            String service,
            String set_id,
            String minute,
            long sent,
            long answered,
            long answered_2xx,
            long answered_4xx,
            long answered_5xx,
            long cut,
            long abandoned,
            int in_flight,
            List<Long> latency) {

        static CountedRow of(String service, MinuteCounts minute) {
            RequestCounts counts = minute.counts();
            return new CountedRow(
                    service,
                    minute.set().value(),
                    minute.minute().toString(),
                    counts.sent(),
                    counts.answered(),
                    counts.successes(),
                    counts.clientErrors(),
                    counts.serverErrors(),
                    counts.cut(),
                    counts.abandoned(),
                    minute.inFlight(),
                    counts.latency().counts());
        }
    }

    @Override
    public boolean awaitChange(Duration atMost) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        return call(connection -> {
            // 0 would wait for ever
            int millis = Math.clamp(atMost.toMillis(), 1, Integer.MAX_VALUE);
            PGNotification[] heard = connection.unwrap(PGConnection.class).getNotifications(millis);
            return heard != null && heard.length > 0;
        });
    }

    @Override
    public void interrupt() {
        drop();
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
            // A failed call may have left a transaction open, so its connection is not used again.
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
        // Limits the wait for a frozen server.
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
            // Closes the socket even while another thread waits in it; close() would wait for a server that may be
            // frozen.
            old.abort(Runnable::run);
        } catch (SQLException ignoredSinceTheConnectionIsGoneAnyway) {
            // nothing to save
        }
    }
}
