package dev.slipway.adapters.postgres.route;

import dev.slipway.adapters.postgres.PostgresJson;
import dev.slipway.domain.access.ProjectId;
import dev.slipway.domain.instance.Address;
import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.route.RouteDocument;
import dev.slipway.domain.route.RouteRows;
import dev.slipway.domain.route.RouteTable;
import dev.slipway.domain.service.ServiceId;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.core.type.TypeReference;

/** {@link RouteTable} in one transaction that locks the service's row. {@link #render} at its end writes the document. */
public final class PostgresRouteTable implements RouteTable {

    private final JdbcClient jdbc;
    private final String service;
    private final ProjectId project;
    private @Nullable Boolean opened;
    private boolean erased;

    public PostgresRouteTable(JdbcClient jdbc, String service, ProjectId project) {
        this.jdbc = jdbc;
        this.service = service;
        this.project = project;
    }

    @Override
    public void enter(InstanceSetId set, int entry, String label, int weight) {
        jdbc.sql("""
                        INSERT INTO route_set (set_id, service, entry, label, weight) VALUES (?, ?, ?, ?, ?)
                        ON CONFLICT (set_id) DO UPDATE
                        SET entry = excluded.entry, label = excluded.label, weight = excluded.weight""").params(set.value(), service, entry, label, weight).update();
    }

    @Override
    public void leave(InstanceSetId set) {
        jdbc.sql("DELETE FROM route_set WHERE set_id = ? AND service = ?")
                .params(set.value(), service)
                .update();
    }

    @Override
    public void ready(InstanceId instance, Address address) {
        if (hasRoute(instance.set())) {
            jdbc.sql("""
                            INSERT INTO route_instance (instance, set_id, address, ready) VALUES (?, ?, ?, true)
                            ON CONFLICT (instance) DO UPDATE SET address = excluded.address, ready = true
                            WHERE NOT route_instance.draining""")
                    .params(instance.toString(), instance.set().value(), address.toString())
                    .update();
        }
    }

    @Override
    public void notReady(InstanceId instance) {
        jdbc.sql("UPDATE route_instance SET ready = false WHERE instance = ? AND set_id = ?")
                .params(instance.toString(), instance.set().value())
                .update();
    }

    @Override
    public void drain(InstanceId instance) {
        if (hasRoute(instance.set())) {
            jdbc.sql("""
                            INSERT INTO route_instance (instance, set_id, ready, draining) VALUES (?, ?, false, true)
                            ON CONFLICT (instance) DO UPDATE SET draining = true""").params(instance.toString(), instance.set().value()).update();
        }
    }

    @Override
    public void gone(InstanceId instance) {
        jdbc.sql("DELETE FROM route_instance WHERE instance = ? AND set_id = ?")
                .params(instance.toString(), instance.set().value())
                .update();
    }

    @Override
    public RouteRows rows() {
        RouteRows rows = Objects.requireNonNull(
                rows(jdbc, List.of(new ServiceId(service))).get(new ServiceId(service)));
        return opened == null ? rows : new RouteRows(opened, rows.sets(), rows.instances());
    }

    /** The rows of each of these services, none for one that has none. Three queries; takes part in the caller's transaction. */
    public static Map<ServiceId, RouteRows> rows(JdbcClient jdbc, Collection<ServiceId> services) {
        String[] ids = services.stream().map(ServiceId::value).toArray(String[]::new);
        Set<String> open = jdbc.sql("SELECT service FROM route_document WHERE open AND service = ANY (?)")
                .param(ids)
                .query(String.class)
                .set();
        Map<String, List<RouteRows.SetRow>> sets = new HashMap<>();
        jdbc.sql("""
                        SELECT service, set_id, entry, label, weight FROM route_set
                        WHERE service = ANY (?) ORDER BY entry, set_id""").param(ids).query(row -> {
            sets.computeIfAbsent(row.getString("service"), id -> new ArrayList<>())
                    .add(new RouteRows.SetRow(
                            new InstanceSetId(row.getString("set_id")),
                            row.getInt("entry"),
                            row.getString("label"),
                            row.getInt("weight")));
        });
        Map<String, List<RouteRows.InstanceRow>> instances = new HashMap<>();
        jdbc.sql("""
                        SELECT s.service, i.instance, i.address, i.ready, i.draining
                        FROM route_set s JOIN route_instance i ON i.set_id = s.set_id
                        WHERE s.service = ANY (?) ORDER BY i.instance""").param(ids).query(row -> {
            instances
                    .computeIfAbsent(row.getString("service"), id -> new ArrayList<>())
                    .add(instanceRow(row));
        });
        return services.stream()
                .distinct()
                .collect(Collectors.toMap(
                        id -> id,
                        id -> new RouteRows(
                                open.contains(id.value()),
                                sets.getOrDefault(id.value(), List.of()),
                                instances.getOrDefault(id.value(), List.of()))));
    }

    private static RouteRows.InstanceRow instanceRow(ResultSet row) throws SQLException {
        String address = row.getString("address");
        return new RouteRows.InstanceRow(
                InstanceId.parse(row.getString("instance")),
                address == null ? null : Address.parse(address),
                row.getBoolean("ready"),
                row.getBoolean("draining"));
    }

    @Override
    public void open(boolean open) {
        opened = open;
    }

    @Override
    public void erase() {
        erased = true;
        opened = false;
        jdbc.sql("DELETE FROM route_set WHERE service = ?").param(service).update();
    }

    /** Writes the document with its next revision if it differs from the rows, and notifies the gateways at the commit. */
    public void render() {
        if (erased) {
            int removed = jdbc.sql("DELETE FROM route_document WHERE service = ?")
                    .param(service)
                    .update();
            if (removed > 0) {
                wakeGateways();
            }
            return;
        }
        RouteRows rows = rows();
        Document before = document();
        List<String> headers = hostHeaders();
        if (before != null && before.equals(new Document(rows.open(), rows.versions(), headers))) {
            return;
        }
        jdbc.sql("""
                        INSERT INTO route_document (service, project, revision, open, versions, host_headers)
                        VALUES (?, ?, 1, ?, ?::jsonb, ?)
                        ON CONFLICT (service) DO UPDATE
                        SET revision = route_document.revision + 1, open = excluded.open, versions = excluded.versions,
                            host_headers = excluded.host_headers""")
                .params(
                        service,
                        project.value(),
                        rows.open(),
                        PostgresJson.write(rows.versions()),
                        headers.toArray(String[]::new))
                .update();
        wakeGateways();
    }

    private void wakeGateways() {
        jdbc.sql("SELECT pg_notify(?, ?)")
                .params(PostgresGatewayLink.CHANNEL, service)
                .query((row, number) -> "")
                .list();
    }

    private boolean hasRoute(InstanceSetId set) {
        return jdbc.sql("SELECT count(*) FROM route_set WHERE set_id = ? AND service = ?")
                        .params(set.value(), service)
                        .query(Long.class)
                        .single()
                > 0;
    }

    /** Those that the service names in its row, which this transaction may have written. */
    private List<String> hostHeaders() {
        return jdbc.sql("""
                        SELECT jsonb_array_elements_text(extras::jsonb #> '{additional_properties,response_headers}')
                        FROM service WHERE id = ?""").param(service).query(String.class).list();
    }

    private @Nullable Document document() {
        return jdbc.sql("SELECT open, versions, host_headers FROM route_document WHERE service = ?")
                .param(service)
                .query((row, number) -> new Document(
                        row.getBoolean("open"),
                        PostgresJson.read(
                                row.getString("versions"), new TypeReference<List<RouteDocument.Version>>() {}),
                        texts(row.getArray("host_headers"))))
                .optional()
                .orElse(null);
    }

    /** The texts of a column that is never null. */
    static List<String> texts(Array column) throws SQLException {
        return List.of((String[]) column.getArray());
    }

    private record Document(boolean open, List<RouteDocument.Version> versions, List<String> hostHeaders) {}
}
