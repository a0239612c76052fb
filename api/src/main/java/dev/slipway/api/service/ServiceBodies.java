package dev.slipway.api.service;

import dev.slipway.api.settings.ApiProperties;
import dev.slipway.domain.batch.BatchTasks;
import dev.slipway.domain.batch.TaskId;
import dev.slipway.domain.batch.TaskProgress;
import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.pool.Admission;
import dev.slipway.domain.pool.Grant;
import dev.slipway.domain.pool.Holder;
import dev.slipway.domain.route.Gateways;
import dev.slipway.domain.route.RouteRows;
import dev.slipway.domain.service.AutoStop;
import dev.slipway.domain.service.InferType;
import dev.slipway.domain.service.Service;
import dev.slipway.domain.service.ServiceEntry;
import dev.slipway.domain.service.ServiceGeneration;
import dev.slipway.domain.service.ServiceState;
import dev.slipway.domain.service.ServiceStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Services as clients read them (wire contract 3.4, 3.6, 3.10). What is not set is left out. */
@Component
class ServiceBodies {

    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    /** Fields that are answered with the very value that was sent, where one was. */
    private static final List<String> ECHOED =
            List.of("cluster_id", "pool_name", "additional_properties", "deploy_timeout_in_seconds");

    private static final List<String> ECHOED_OF_BATCH =
            List.of("src_path", "src_type", "dest_path", "req_uri", "mapping_type", "mapping_rule");

    private final ServiceStore services;
    private final Admission admission;
    private final BatchTasks tasks;
    private final Gateways gateways;
    private final String gatewayUrl;

    ServiceBodies(
            ServiceStore services, Admission admission, BatchTasks tasks, Gateways gateways, ApiProperties properties) {
        this.services = services;
        this.admission = admission;
        this.tasks = tasks;
        this.gateways = gateways;
        this.gatewayUrl = properties.gatewayUrl();
    }

    /** One of a list. */
    Map<String, Object> item(Service service) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("service_id", service.id().value());
        body.put("service_name", service.name());
        put(body, "description", service.description());
        body.put("tenant", service.tenant());
        body.put("project", service.project().value());
        body.put("owner", service.owner());
        body.put("infer_type", service.inferType().wireName());
        body.put("workspace_id", service.workspaceId());
        body.put("status", service.state().wireName());
        body.put("publish_at", service.publishedAt().toEpochMilli());
        body.put("transition_at", service.transitionedAt().toEpochMilli());
        body.put("operation_time", service.transitionedAt().toEpochMilli());
        AutoStop autoStop = service.autoStop();
        if (autoStop != null) {
            body.put(
                    "schedule",
                    List.of(Map.of("type", "stop", "time_unit", autoStop.unit(), "duration", autoStop.amount())));
        }
        put(body, "due_time", millis(service.dueAt()));
        addCounts(body, service);
        body.put("is_shared", false);
        body.put("shared_count", 0);
        body.put("is_opened_sample_collection", false);
        JsonNode extras = MAPPER.readTree(service.extras());
        echo(body, extras, List.of("additional_properties"));
        addProgress(body, service);
        return body;
    }

    /** The whole service. */
    Map<String, Object> show(Service service) {
        Map<String, Object> body = item(service);
        echo(body, MAPPER.readTree(service.extras()), List.of("cluster_id", "pool_name", "load_balancer_policy"));
        put(body, "error_msg", service.error());
        if (service.inferType() == InferType.REAL_TIME) {
            body.put("access_address", gatewayUrl + "/v1/infers/" + service.id());
        }
        body.put("update_time", service.updatedAt().toEpochMilli());
        body.put("priority", service.priority());
        waiting(service).ifPresent(waiting -> body.put("waiting", waiting));
        body.put("config", config(service));
        return body;
    }

    /** One of the update records. */
    Map<String, Object> updateRecord(ServiceGeneration generation) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("update_time", generation.acceptedAt().toEpochMilli());
        body.put("result", generation.outcome().name());
        put(body, "cause", generation.cause());
        body.put(
                "config",
                generation.config().entries().stream().map(ServiceBodies::entry).toList());
        body.put("extend_config", List.of());
        return body;
    }

    private List<Map<String, Object>> config(Service service) {
        RouteRows rows = services.routes(service);
        Optional<TaskProgress> progress = progress(service);
        return service.shown().entries().stream()
                .map(entry -> {
                    Map<String, Object> body = entry(entry);
                    body.put(
                            "status",
                            service.inferType() == InferType.BATCH
                                    ? service.state().wireName()
                                    : readiness(entry, ready(rows, entry.set())));
                    body.put("scaling", false);
                    body.put("support_debug", false);
                    progress.ifPresent(task -> {
                        put(body, "start_time", millis(task.startedAt()));
                        put(body, "finished_time", millis(task.endedAt()));
                    });
                    return body;
                })
                .toList();
    }

    private static Map<String, Object> entry(ServiceEntry entry) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("model_id", entry.model().value());
        body.put("model_name", entry.modelName());
        body.put("model_version", entry.modelVersion());
        body.put("specification", entry.specification());
        body.put("weight", entry.weight());
        body.put("instance_count", entry.instanceCount());
        body.put("envs", entry.envs());
        JsonNode sent = MAPPER.readTree(entry.asSent());
        echo(body, sent, ECHOED);
        if (entry.batch() != null) {
            echo(body, sent, ECHOED_OF_BATCH);
        }
        return body;
    }

    private static String readiness(ServiceEntry entry, int ready) {
        if (ready == 0) {
            return "notReady";
        }
        return ready < entry.instanceCount() ? "concerning" : "ready";
    }

    private static int ready(RouteRows rows, InstanceSetId set) {
        return (int) rows.instances().stream()
                .filter(row -> row.id().set().equals(set) && row.ready() && !row.draining())
                .count();
    }

    /** Requests of all versions since the service began; a request that the instance answered with an error has not failed here. */
    private void addCounts(Map<String, Object> body, Service service) {
        if (service.inferType() != InferType.REAL_TIME) {
            return;
        }
        Gateways.RequestTotals totals = gateways.totals(service.id().value());
        body.put("invocation_times", totals.sent());
        body.put("failed_times", totals.cut());
    }

    private void addProgress(Map<String, Object> body, Service service) {
        if (service.inferType() == InferType.BATCH) {
            addTask(body, service);
        } else if (service.state() == ServiceState.DEPLOYING) {
            RouteRows rows = services.routes(service);
            int wanted = service.asked().entries().stream()
                    .mapToInt(ServiceEntry::instanceCount)
                    .sum();
            int ready = service.asked().entries().stream()
                    .mapToInt(entry -> Math.min(entry.instanceCount(), ready(rows, entry.set())))
                    .sum();
            body.put("progress", Math.min(99, wanted == 0 ? 0 : ready * 100 / wanted));
        }
    }

    private void addTask(Map<String, Object> body, Service service) {
        put(body, "task_id", service.taskId());
        progress(service).ifPresent(progress -> {
            body.put("progress", progress.percent());
            put(body, "start_time", millis(progress.startedAt()));
            put(body, "finished_time", millis(progress.endedAt()));
            Map<String, Object> task = new LinkedHashMap<>();
            task.put("id", progress.id().value());
            task.put("status", progress.status().name().toLowerCase(Locale.ROOT));
            task.put("records", progress.records());
            task.put("done", progress.done());
            task.put("failed", progress.failed());
            task.put("files", progress.files());
            put(task, "started_at", millis(progress.startedAt()));
            put(task, "ended_at", millis(progress.endedAt()));
            body.put("task", task);
        });
    }

    private Optional<TaskProgress> progress(Service service) {
        String task = service.taskId();
        if (task == null) {
            return Optional.empty();
        }
        TaskId id = new TaskId(task);
        // Its row is written when the workflow takes the command.
        return tasks.progress(id).or(() -> Optional.of(TaskProgress.draft(id)));
    }

    /** What the service waits for, if its turn in the book of slots has not come. */
    private Optional<Map<String, Object>> waiting(Service service) {
        if (service.state() != ServiceState.DEPLOYING && service.state() != ServiceState.WAITING) {
            return Optional.empty();
        }
        Set<String> asked = new HashSet<>();
        List<Map<String, Object>> waits = new ArrayList<>();
        for (ServiceEntry entry : service.asked().entries()) {
            Holder holder = holder(service, entry);
            if (holder != null
                    && asked.add(holder.value())
                    && admission.standing(holder) instanceof Grant.Waiting waiting) {
                waits.add(waiting(entry, waiting));
            }
        }
        return waits.stream().findFirst();
    }

    private static @Nullable Holder holder(Service service, ServiceEntry entry) {
        String task = service.taskId();
        if (service.inferType() == InferType.BATCH) {
            return task == null ? null : new TaskId(task).holder();
        }
        return new Holder("service/%s/%s/%s".formatted(service.id(), entry.pool(), entry.specification()));
    }

    private static Map<String, Object> waiting(ServiceEntry entry, Grant.Waiting waiting) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put(
                "reason",
                "pool '%s' has %d free slots for '%s', %d are wanted, %d in the queue before"
                        .formatted(
                                entry.pool(),
                                Math.max(0, waiting.free()),
                                entry.specification(),
                                waiting.wanted(),
                                waiting.position() - 1));
        body.put("pool", entry.pool());
        body.put("specification", entry.specification());
        body.put("wanted", waiting.wanted());
        body.put("free", waiting.free());
        body.put("position", waiting.position());
        body.put("since", waiting.since().toEpochMilli());
        return body;
    }

    private static void echo(Map<String, Object> body, JsonNode sent, List<String> names) {
        for (String name : names) {
            JsonNode value = sent.get(name);
            if (value != null && !value.isNull()) {
                body.put(name, value);
            }
        }
    }

    private static void put(Map<String, Object> body, String name, @Nullable Object value) {
        if (value != null) {
            body.put(name, value);
        }
    }

    private static @Nullable Long millis(@Nullable Instant instant) {
        return instant == null ? null : instant.toEpochMilli();
    }
}
