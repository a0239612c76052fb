package dev.slipway.adapters.postgres.route;

import dev.slipway.adapters.postgres.PostgresJson;
import dev.slipway.domain.access.ProjectId;
import dev.slipway.domain.instance.Address;
import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.route.RouteDocument;
import dev.slipway.domain.route.RouteRows;
import dev.slipway.domain.route.RouteTable;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.core.type.TypeReference;

/**
 * The route rows of one service inside one transaction, which holds the service's row. {@link #render} at its end writes the
 * document.
 */
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
        if (hasEntered(instance.set())) {
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
        if (hasEntered(instance.set())) {
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
        List<RouteRows.SetRow> sets = jdbc.sql(
                        "SELECT set_id, entry, label, weight FROM route_set WHERE service = ? ORDER BY entry, set_id")
                .param(service)
                .query((row, number) -> new RouteRows.SetRow(
                        new InstanceSetId(row.getString("set_id")),
                        row.getInt("entry"),
                        row.getString("label"),
                        row.getInt("weight")))
                .list();
        List<RouteRows.InstanceRow> instances = jdbc.sql("""
                        SELECT instance, address, ready, draining FROM route_instance
                        WHERE set_id IN (SELECT set_id FROM route_set WHERE service = ?) ORDER BY instance""")
                .param(service)
                .query((row, number) -> {
                    String address = row.getString("address");
                    return new RouteRows.InstanceRow(
                            InstanceId.parse(row.getString("instance")),
                            address == null ? null : Address.parse(address),
                            row.getBoolean("ready"),
                            row.getBoolean("draining"));
                })
                .list();
        return new RouteRows(isOpen(), sets, instances);
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

    /** Writes the document with its next revision if it differs from the rows, and wakes the gateways at the commit. */
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
        if (before != null && before.open() == rows.open() && before.versions().equals(rows.versions())) {
            return;
        }
        jdbc.sql("""
                        INSERT INTO route_document (service, project, revision, open, versions)
                        VALUES (?, ?, 1, ?, ?::jsonb)
                        ON CONFLICT (service) DO UPDATE
                        SET revision = route_document.revision + 1, open = excluded.open, versions = excluded.versions""")
                .params(service, project.value(), rows.open(), PostgresJson.write(rows.versions()))
                .update();
        wakeGateways();
    }

    private void wakeGateways() {
        jdbc.sql("SELECT pg_notify(?, ?)")
                .params(PostgresGatewayLink.CHANNEL, service)
                .query((row, number) -> "")
                .list();
    }

    private boolean isOpen() {
        if (opened != null) {
            return opened;
        }
        Document document = document();
        return document != null && document.open();
    }

    private boolean hasEntered(InstanceSetId set) {
        return jdbc.sql("SELECT count(*) FROM route_set WHERE set_id = ? AND service = ?")
                        .params(set.value(), service)
                        .query(Long.class)
                        .single()
                > 0;
    }

    private @Nullable Document document() {
        return jdbc.sql("SELECT open, versions FROM route_document WHERE service = ?")
                .param(service)
                .query((row, number) -> new Document(
                        row.getBoolean("open"),
                        PostgresJson.read(
                                row.getString("versions"), new TypeReference<List<RouteDocument.Version>>() {})))
                .optional()
                .orElse(null);
    }

    private record Document(boolean open, List<RouteDocument.Version> versions) {}
}
