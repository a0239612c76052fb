package dev.slipway.adapters.postgres.service;

import dev.slipway.adapters.postgres.PostgresJson;
import dev.slipway.domain.access.ProjectId;
import dev.slipway.domain.service.AutoStop;
import dev.slipway.domain.service.InferType;
import dev.slipway.domain.service.Service;
import dev.slipway.domain.service.ServiceConfig;
import dev.slipway.domain.service.ServiceGeneration;
import dev.slipway.domain.service.ServiceId;
import dev.slipway.domain.service.ServiceState;
import dev.slipway.domain.service.Wanted;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads and writes rows of services and generations. */
final class ServiceRows {

    private ServiceRows() {}

    static Service service(ResultSet row, int number) throws SQLException {
        String serving = row.getString("serving_config");
        String autoStop = row.getString("auto_stop");
        return new Service(
                new Service.Identity(
                        new ServiceId(row.getString("id")),
                        new ProjectId(row.getString("project")),
                        row.getString("tenant"),
                        row.getString("owner"),
                        row.getString("name"),
                        InferType.valueOf(row.getString("infer_type")),
                        row.getString("workspace_id"),
                        time(row, "published_at")),
                new Service.Details(row.getString("description"), row.getInt("priority"), row.getString("extras")),
                new Service.Standing(
                        ServiceState.valueOf(row.getString("state")),
                        time(row, "transitioned_at"),
                        row.getString("error")),
                new Service.Numbers(
                        row.getLong("generation"),
                        row.getLong("taken"),
                        row.getLong("observed"),
                        row.getLong("serving")),
                Wanted.valueOf(row.getString("wanted")),
                PostgresJson.read(row.getString("asked_config"), ServiceConfig.class),
                serving == null ? null : PostgresJson.read(serving, ServiceConfig.class),
                time(row, "updated_at"),
                autoStop == null ? null : PostgresJson.read(autoStop, AutoStop.class),
                row.getString("task_id"));
    }

    /** The columns of a service by name, without those that only the store uses. */
    static Map<String, @Nullable Object> columns(Service service) {
        Map<String, @Nullable Object> columns = new LinkedHashMap<>();
        columns.put("id", service.id().value());
        columns.put("project", service.project().value());
        columns.put("tenant", service.tenant());
        columns.put("owner", service.owner());
        columns.put("name", service.name());
        columns.put("description", service.description());
        columns.put("infer_type", service.inferType().name());
        columns.put("workspace_id", service.workspaceId());
        columns.put("priority", service.priority());
        columns.put("extras", service.extras());
        columns.put("state", service.state().name());
        columns.put("generation", service.numbers().generation());
        columns.put("taken", service.numbers().taken());
        columns.put("observed", service.numbers().observed());
        columns.put("serving", service.numbers().serving());
        columns.put("wanted", service.wanted().name());
        columns.put("asked_config", PostgresJson.write(service.asked()));
        columns.put("serving_config", json(service.serving()));
        columns.put("auto_stop", json(service.autoStop()));
        columns.put("due_at", timestamp(service.dueAt()));
        columns.put("error", service.error());
        columns.put("task_id", service.taskId());
        columns.put("published_at", timestamp(service.publishedAt()));
        columns.put("transitioned_at", timestamp(service.transitionedAt()));
        columns.put("updated_at", timestamp(service.updatedAt()));
        return columns;
    }

    static ServiceGeneration generation(ResultSet row, int number) throws SQLException {
        return new ServiceGeneration(
                new ServiceId(row.getString("service")),
                row.getLong("generation"),
                Wanted.valueOf(row.getString("wanted")),
                PostgresJson.read(row.getString("config"), ServiceConfig.class),
                row.getBoolean("changes_config"),
                ServiceGeneration.Outcome.valueOf(row.getString("outcome")),
                row.getString("cause"),
                time(row, "accepted_at"));
    }

    static @Nullable Timestamp timestamp(@Nullable Instant instant) {
        return instant == null ? null : Timestamp.from(instant);
    }

    private static Instant time(ResultSet row, String column) throws SQLException {
        return Objects.requireNonNull(row.getTimestamp(column), column).toInstant();
    }

    private static @Nullable String json(@Nullable Object value) {
        return value == null ? null : PostgresJson.write(value);
    }
}
