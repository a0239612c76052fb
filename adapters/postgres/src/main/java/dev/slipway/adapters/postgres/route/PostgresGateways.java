package dev.slipway.adapters.postgres.route;

import dev.slipway.adapters.postgres.Database;
import dev.slipway.adapters.postgres.PostgresJson;
import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.route.GatewayIdentity;
import dev.slipway.domain.route.GatewayReport;
import dev.slipway.domain.route.Gateways;
import dev.slipway.domain.route.LatencyHistogram;
import dev.slipway.domain.route.MinuteCounts;
import dev.slipway.domain.route.RequestCounts;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.core.type.TypeReference;

/** {@link Gateways} in PostgreSQL. */
public final class PostgresGateways implements Gateways {

    private static final TypeReference<Map<String, Integer>> IN_FLIGHT = new TypeReference<>() {};

    private final Database database;

    public PostgresGateways(Database database) {
        this.database = database;
    }

    private JdbcClient jdbc() {
        return database.jdbc();
    }

    @Override
    public List<Registered> registered() {
        return database.inTransaction(() -> jdbc().sql("SELECT * FROM gateway ORDER BY id")
                .query((row, number) -> new Registered(identity(row), instant(row, "last_seen")))
                .list());
    }

    private static GatewayIdentity identity(ResultSet row) throws SQLException {
        return new GatewayIdentity(
                row.getString("id"),
                row.getString("host_id"),
                row.getString("boot_id"),
                row.getLong("pid"),
                row.getString("process_start"),
                row.getString("address"),
                instant(row, "registered_at"));
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getTimestamp(column).toInstant();
    }

    @Override
    public List<Holding> holding(String service, Set<InstanceId> leaving) {
        return holding(Map.of(service, leaving)).getOrDefault(service, List.of());
    }

    @Override
    public Map<String, List<Holding>> holding(Map<String, Set<InstanceId>> leaving) {
        Map<String, List<Holding>> held = new HashMap<>();
        for (Row row : database.inTransaction(() -> rows(leaving))) {
            row.holding(leaving.getOrDefault(row.service(), Set.of()))
                    .forEach(each -> held.computeIfAbsent(row.service(), service -> new ArrayList<>())
                            .add(each));
        }
        return held;
    }

    private List<Row> rows(Map<String, Set<InstanceId>> leaving) {
        // One statement sees one snapshot. A gateway that registers later reads what is committed by then.
        return jdbc().sql("""
                        WITH asked AS (
                            SELECT key AS service, ARRAY(SELECT jsonb_array_elements_text(value)) AS leaving FROM jsonb_each(:leaving::jsonb))
                        SELECT g.id, g.last_seen, g.told, asked.service, r.revision AS reported, r.in_flight, d.revision AS current, EXISTS (
                            SELECT FROM jsonb_array_elements(d.versions) v, jsonb_array_elements(v -> 'endpoints') e
                            WHERE concat(e #>> '{instance,set,value}', '-', e #>> '{instance,ordinal}', '-', e #>> '{instance,incarnation}')
                                = ANY (asked.leaving)) AS named
                        FROM gateway g
                        CROSS JOIN asked
                        LEFT JOIN gateway_report r ON r.gateway = g.id AND r.service = asked.service
                        LEFT JOIN route_document d ON d.service = asked.service
                        ORDER BY g.id""")
                .param("leaving", PostgresJson.write(texts(leaving)))
                .query((row, number) -> row(row))
                .list();
    }

    private static Map<String, List<String>> texts(Map<String, Set<InstanceId>> leaving) {
        Map<String, List<String>> texts = new HashMap<>();
        leaving.forEach((service, instances) ->
                texts.put(service, instances.stream().map(InstanceId::toString).toList()));
        return texts;
    }

    private static Row row(ResultSet row) throws SQLException {
        String inFlight = row.getString("in_flight");
        return new Row(
                row.getString("id"),
                row.getString("service"),
                instant(row, "last_seen"),
                row.getBoolean("told"),
                row.getObject("reported", Long.class),
                inFlight == null ? Map.of() : PostgresJson.read(inFlight, IN_FLIGHT),
                row.getObject("current", Long.class),
                row.getBoolean("named"));
    }

    /**
     * The state of a service at a gateway.
     *
     * @param told whether the gateway has made its first report, of all that it serves, since it registered
     * @param reported null if the gateway has not reported the service: after its first report, it cannot serve it then
     * @param current revision of the document, null if there is none
     * @param named whether the document names a leaving instance
     */
    private record Row(
            String gateway,
            String service,
            Instant lastSeen,
            boolean told,
            @Nullable Long reported,
            Map<String, Integer> inFlight,
            @Nullable Long current,
            boolean named) {

        ServedService served(String service) {
            return new ServedService(
                    service,
                    readingReason(),
                    inFlight.values().stream().mapToInt(Integer::intValue).sum());
        }

        /** Whether it has told what it serves, and not this service. */
        boolean isUnaware() {
            return told && reported == null;
        }

        Stream<Holding> holding(Set<InstanceId> leaving) {
            String reason = reason(leaving);
            boolean finishing = !named && readingReason() == null;
            return reason == null ? Stream.of() : Stream.of(new Holding(gateway, lastSeen, reason, finishing));
        }

        private @Nullable String reason(Set<InstanceId> leaving) {
            if (named) {
                return "revision %d of the routes still names an instance that is to leave".formatted(current);
            }
            if (isUnaware() && !leaving.isEmpty()) {
                return null;
            }
            String reading = readingReason();
            if (reading != null) {
                return reading;
            }
            return leaving.stream()
                    .map(InstanceId::toString)
                    .filter(instance -> inFlight.getOrDefault(instance, 0) > 0)
                    .sorted()
                    .findFirst()
                    .map(instance -> "has %d requests open to %s".formatted(inFlight.get(instance), instance))
                    .orElse(null);
        }

        private @Nullable String readingReason() {
            if (!told) {
                return "has registered and not told yet what it serves";
            }
            if (current == null) {
                return reported == null || reported == GatewayReport.NONE
                        ? null
                        : "has not told yet that it serves the service no more";
            }
            if (reported == null || reported == GatewayReport.READING) {
                return "has not applied revision %d of the routes, nor any before".formatted(current);
            }
            return reported.equals(current)
                    ? null
                    : "has not applied revision %d of the routes, it has %d".formatted(current, reported);
        }
    }

    @Override
    public List<ServedService> servedBy(String gatewayId) {
        return database.inTransaction(() -> readServed(gatewayId));
    }

    private List<ServedService> readServed(String gatewayId) {
        return jdbc()
                .sql("""
                        SELECT s.service, g.id, g.last_seen, g.told, r.revision AS reported, r.in_flight, d.revision AS current, d.open,
                            false AS named
                        FROM gateway g
                        CROSS JOIN (SELECT service FROM route_document UNION SELECT service FROM gateway_report WHERE gateway = :id) s
                        LEFT JOIN gateway_report r ON r.gateway = g.id AND r.service = s.service
                        LEFT JOIN route_document d ON d.service = s.service
                        WHERE g.id = :id
                        ORDER BY s.service""")
                .param("id", gatewayId)
                .query((row, number) -> candidate(row(row), row.getBoolean("open")))
                .list()
                .stream()
                .filter(Candidate::mayServe)
                .map(Candidate::served)
                .toList();
    }

    private static Candidate candidate(Row row, boolean isOpen) {
        return new Candidate(row.served(row.service()), isOpen, row.isUnaware());
    }

    /** A service, unless one that is stopped, which the gateway knows, or one that it does not know: it cannot serve these. */
    private record Candidate(ServedService served, boolean isOpen, boolean isUnaware) {
        boolean mayServe() {
            return !isUnaware && (isOpen || served.behind() != null || served.open() > 0);
        }
    }

    @Override
    public void forget(String gatewayId, Consumer<ServedService> released) {
        database.inTransaction(() -> {
            // Locked first, so that a concurrent report is either counted or refused.
            jdbc().sql("SELECT id FROM gateway WHERE id = ? FOR UPDATE")
                    .param(gatewayId)
                    .query(String.class)
                    .list();
            List<ServedService> served = readServed(gatewayId);
            jdbc().sql("DELETE FROM gateway WHERE id = ?").param(gatewayId).update();
            served.forEach(released);
        });
    }

    @Override
    public void removeDead(GatewayIdentity dead) {
        database.inTransaction(() -> {
            jdbc().sql(
                            "DELETE FROM gateway WHERE id = ? AND host_id = ? AND boot_id = ? AND pid = ? AND process_start = ?")
                    .params(dead.id(), dead.hostId(), dead.bootId(), dead.pid(), dead.processStart())
                    .update();
        });
    }

    @Override
    public List<MinuteCounts> counts(String service, Instant from, Instant to) {
        List<MinuteCounts> rows = database.inTransaction(() -> jdbc().sql("""
                        SELECT * FROM request_minute WHERE service = ? AND minute >= ? AND minute < ?
                        ORDER BY minute, set_id""")
                .params(service, Timestamp.from(from), Timestamp.from(to))
                .query((row, number) -> minuteCounts(row))
                .list());
        List<MinuteCounts> sums = new ArrayList<>();
        for (MinuteCounts row : rows) {
            MinuteCounts last = sums.isEmpty() ? null : sums.getLast();
            if (last != null && last.set().equals(row.set()) && last.minute().equals(row.minute())) {
                sums.set(sums.size() - 1, last.plus(row));
            } else {
                sums.add(row);
            }
        }
        return sums;
    }

    private static MinuteCounts minuteCounts(ResultSet row) throws SQLException {
        Long[] latency = (Long[]) row.getArray("latency").getArray();
        return new MinuteCounts(
                new InstanceSetId(row.getString("set_id")),
                instant(row, "minute"),
                new RequestCounts(
                        row.getLong("sent"),
                        row.getLong("answered"),
                        row.getLong("answered_2xx"),
                        row.getLong("answered_4xx"),
                        row.getLong("answered_5xx"),
                        row.getLong("cut"),
                        row.getLong("abandoned"),
                        new LatencyHistogram(List.of(latency))),
                row.getInt("in_flight"));
    }

    @Override
    public RequestTotals totals(String service) {
        return totals(List.of(service)).getOrDefault(service, new RequestTotals(0, 0, 0, 0));
    }

    @Override
    public Map<String, RequestTotals> totals(Collection<String> services) {
        Map<String, RequestTotals> totals = new HashMap<>();
        database.inTransaction(() -> jdbc().sql("""
                        SELECT asked.service, coalesce(sum(sent), 0) AS sent, coalesce(sum(answered), 0) AS answered,
                            coalesce(sum(cut), 0) AS cut, coalesce(sum(abandoned), 0) AS abandoned
                        FROM unnest(:services::text[]) AS asked (service)
                        LEFT JOIN (SELECT service, sent, answered, cut, abandoned FROM request_minute WHERE service = ANY (:services)
                            UNION ALL SELECT service, sent, answered, cut, abandoned FROM request_total WHERE service = ANY (:services)) AS counts
                            ON counts.service = asked.service
                        GROUP BY asked.service""")
                .param("services", services.toArray(String[]::new))
                .query(row -> {
                    totals.put(
                            row.getString("service"),
                            new RequestTotals(
                                    row.getLong("sent"),
                                    row.getLong("answered"),
                                    row.getLong("cut"),
                                    row.getLong("abandoned")));
                }));
        return totals;
    }

    @Override
    public int removeCountsBefore(Instant before, int limit) {
        // Totals are inserted for services with a document and deleted for services without one, so never for the same
        // service.
        return database.inTransaction(() -> jdbc().sql("""
                        WITH removed AS (
                            DELETE FROM request_minute WHERE ctid IN (
                                SELECT ctid FROM request_minute WHERE minute < :before
                                ORDER BY minute LIMIT :limit FOR UPDATE SKIP LOCKED)
                            RETURNING service, sent, answered, cut, abandoned
                        ), kept AS (
                            INSERT INTO request_total AS t (service, sent, answered, cut, abandoned)
                            SELECT service, sum(sent), sum(answered), sum(cut), sum(abandoned) FROM removed
                            WHERE service IN (SELECT service FROM route_document)
                            GROUP BY service ORDER BY service
                            ON CONFLICT (service) DO UPDATE SET sent = t.sent + excluded.sent,
                                answered = t.answered + excluded.answered, cut = t.cut + excluded.cut,
                                abandoned = t.abandoned + excluded.abandoned
                        ), dropped AS (
                            DELETE FROM request_total WHERE service NOT IN (SELECT service FROM route_document)
                        )
                        SELECT count(*) FROM removed""")
                .param("before", Timestamp.from(before))
                .param("limit", limit)
                .query(Integer.class)
                .single());
    }
}
