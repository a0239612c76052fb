package dev.slipway.api.service;

import dev.slipway.api.settings.ApiProperties;
import dev.slipway.domain.batch.BatchTasks;
import dev.slipway.domain.batch.TaskId;
import dev.slipway.domain.batch.TaskOutlook;
import dev.slipway.domain.batch.TaskProgress;
import dev.slipway.domain.batch.TaskStatus;
import dev.slipway.domain.batch.WorkSpan;
import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.instance.InstanceSetStore;
import dev.slipway.domain.pool.Admission;
import dev.slipway.domain.pool.Grant;
import dev.slipway.domain.pool.Holder;
import dev.slipway.domain.route.Gateways;
import dev.slipway.domain.route.RouteRows;
import dev.slipway.domain.service.AliasUse;
import dev.slipway.domain.service.AutoStop;
import dev.slipway.domain.service.InferType;
import dev.slipway.domain.service.Service;
import dev.slipway.domain.service.ServiceEntry;
import dev.slipway.domain.service.ServiceGeneration;
import dev.slipway.domain.service.ServiceId;
import dev.slipway.domain.service.ServiceState;
import dev.slipway.domain.service.ServiceStore;
import dev.slipway.formats.service.ScheduleEntry;
import dev.slipway.formats.service.ServiceEntryShown;
import dev.slipway.formats.service.ServiceItem;
import dev.slipway.formats.service.ServiceShown;
import dev.slipway.formats.service.ServiceTask;
import dev.slipway.formats.service.ServiceWaiting;
import dev.slipway.formats.service.UpdateRecords;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Answers about services (wire contract 3.4, 3.6, 3.10). Absent values are left out. */
class ServiceBodies {

    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final List<String> LIMIT_NUMBERS = List.of("failed_records", "failed_ratio", "deadline_in_minutes");
    private static final List<String> ROLLING_NUMBERS =
            List.of("max_surge", "max_unavailable", "termination_grace_period_seconds");

    private final ServiceStore services;
    private final Admission admission;
    private final BatchTasks tasks;
    private final InstanceSetStore sets;
    private final Clock clock;
    private final Gateways gateways;
    private final String gatewayUrl;

    ServiceBodies(
            ServiceStore services,
            Admission admission,
            BatchTasks tasks,
            InstanceSetStore sets,
            Gateways gateways,
            ApiProperties properties,
            Clock clock) {
        this.sets = sets;
        this.clock = clock;
        this.services = services;
        this.admission = admission;
        this.tasks = tasks;
        this.gateways = gateways;
        this.gatewayUrl = properties.gatewayUrl();
    }

    /** A list. Three queries for any number of services. */
    List<ServiceItem> items(List<Service> page) {
        Facts facts = facts(page);
        return page.stream()
                .map(service -> item(service, MAPPER.readTree(service.extras()), facts))
                .toList();
    }

    /**
     * Data that answers need besides the rows of services.
     *
     * @param totals of real-time services, by service
     * @param ready instances that take requests, by set, of services that deploy
     * @param tasks of batch services, by task
     */
    private record Facts(
            Map<String, Gateways.RequestTotals> totals,
            Map<InstanceSetId, Integer> ready,
            Map<TaskId, TaskProgress> tasks,
            Map<TaskId, List<WorkSpan>> work,
            Map<InstanceSetId, Integer> taskInstances,
            Instant now) {}

    private Facts facts(List<Service> page) {
        List<String> realTime = page.stream()
                .filter(service -> service.inferType() == InferType.REAL_TIME)
                .map(service -> service.id().value())
                .toList();
        List<ServiceId> deploying = page.stream()
                .filter(service -> service.state() == ServiceState.DEPLOYING)
                .map(Service::id)
                .toList();
        List<TaskId> running = page.stream()
                .filter(service -> service.inferType() == InferType.BATCH)
                .flatMap(service -> Stream.ofNullable(service.taskId()))
                .map(TaskId::new)
                .toList();
        Map<TaskId, TaskProgress> progress = running.isEmpty() ? Map.of() : tasks.progress(running);
        List<TaskId> atWork = progress.values().stream()
                .filter(task -> task.status() == TaskStatus.RUNNING)
                .map(TaskProgress::id)
                .toList();
        Instant now = clock.instant();
        return new Facts(
                realTime.isEmpty() ? Map.of() : gateways.totals(realTime),
                deploying.isEmpty() ? Map.of() : services.ready(deploying),
                progress,
                atWork.isEmpty() ? Map.of() : tasks.work(atWork, now.minus(TaskOutlook.WINDOW)),
                atWork.isEmpty() ? Map.of() : ready(atWork),
                now);
    }

    /** Instances of tasks that take records. One query. */
    private Map<InstanceSetId, Integer> ready(List<TaskId> atWork) {
        return sets.find(atWork.stream().map(TaskId::instances).toList()).stream()
                .collect(Collectors.toMap(
                        InstanceSetStore.Row::id, row -> row.observed().ready()));
    }

    private ServiceItem item(Service service, JsonNode extras, Facts facts) {
        boolean isRealTime = service.inferType() == InferType.REAL_TIME;
        Gateways.RequestTotals totals = facts.totals().get(service.id().value());
        Optional<TaskProgress> progress = progress(service, facts);
        AutoStop autoStop = service.autoStop();
        return new ServiceItem(
                service.id().value(),
                service.name(),
                service.description(),
                service.tenant(),
                service.project().value(),
                service.owner(),
                service.inferType().wireName(),
                service.workspaceId(),
                service.state().wireName(),
                service.publishedAt().toEpochMilli(),
                service.transitionedAt().toEpochMilli(),
                service.transitionedAt().toEpochMilli(),
                autoStop == null ? null : List.of(new ScheduleEntry("stop", autoStop.unit(), autoStop.amount())),
                millis(service.dueAt()),
                // A request that the instance answered with an error has not failed here.
                totals == null ? null : totals.sent(),
                totals == null ? null : totals.cut(),
                false,
                0,
                false,
                echo(extras, "additional_properties"),
                isRealTime ? null : service.taskId(),
                isRealTime
                        ? progressOfDeployment(service, facts)
                        : progress.map(TaskProgress::percent).orElse(null),
                progress.map(TaskProgress::startedAt).map(Instant::toEpochMilli).orElse(null),
                progress.map(TaskProgress::endedAt).map(Instant::toEpochMilli).orElse(null),
                progress.map(it -> task(it, facts)).orElse(null));
    }

    /** The whole service. */
    ServiceShown show(Service service) {
        JsonNode extras = MAPPER.readTree(service.extras());
        return new ServiceShown(
                item(service, extras, facts(List.of(service))),
                echo(extras, "cluster_id"),
                echo(extras, "pool_name"),
                echo(extras, "load_balancer_policy"),
                service.error(),
                service.inferType() == InferType.REAL_TIME ? gatewayUrl + "/v1/infers/" + service.id() : null,
                service.updatedAt().toEpochMilli(),
                service.priority(),
                waiting(service).orElse(null),
                config(service));
    }

    /** One of the update records. */
    UpdateRecords.UpdateRecord updateRecord(ServiceGeneration generation) {
        return new UpdateRecords.UpdateRecord(
                generation.acceptedAt().toEpochMilli(),
                generation.outcome().name(),
                generation.cause(),
                generation.config().entries().stream()
                        .map(entry -> entry(entry, null, null))
                        .toList(),
                List.of());
    }

    private List<ServiceEntryShown> config(Service service) {
        RouteRows rows = services.routes(service);
        TaskProgress progress = progress(service, facts(List.of(service))).orElse(null);
        return service.shown().entries().stream()
                .map(entry -> entry(
                        entry,
                        service.inferType() == InferType.BATCH
                                ? service.state().wireName()
                                : readiness(entry, ready(rows, entry.set())),
                        progress))
                .toList();
    }

    /** @param status null in an update record */
    private static ServiceEntryShown entry(
            ServiceEntry entry, @Nullable String status, @Nullable TaskProgress progress) {
        JsonNode sent = MAPPER.readTree(entry.asSent());
        AliasUse alias = entry.alias();
        JsonNode ofBatch = entry.batch() == null ? MAPPER.createObjectNode() : sent;
        Boolean no = status == null ? null : Boolean.FALSE;
        return new ServiceEntryShown(
                entry.model().value(),
                entry.modelName(),
                entry.modelVersion(),
                entry.specification(),
                entry.weight(),
                entry.instanceCount(),
                entry.envs(),
                alias == null ? null : alias.alias().toString(),
                alias == null ? null : alias.follows() ? "follow" : "stay",
                echo(sent, "cluster_id"),
                echo(sent, "pool_name"),
                withNumbers(echo(sent, "additional_properties"), ROLLING_NUMBERS),
                number(echo(sent, "deploy_timeout_in_seconds")),
                echo(ofBatch, "src_path"),
                echo(ofBatch, "src_type"),
                echo(ofBatch, "dest_path"),
                echo(ofBatch, "req_uri"),
                echo(ofBatch, "mapping_type"),
                echo(ofBatch, "mapping_rule"),
                withNumbers(echo(ofBatch, "limits"), LIMIT_NUMBERS),
                status,
                no,
                no,
                progress == null ? null : millis(progress.startedAt()),
                progress == null ? null : millis(progress.endedAt()));
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

    /** In percent of the wanted instances; null unless it deploys. */
    private static @Nullable Integer progressOfDeployment(Service service, Facts facts) {
        if (service.state() != ServiceState.DEPLOYING) {
            return null;
        }
        int wanted = service.asked().entries().stream()
                .mapToInt(ServiceEntry::instanceCount)
                .sum();
        int ready = service.asked().entries().stream()
                .mapToInt(entry -> Math.min(entry.instanceCount(), facts.ready().getOrDefault(entry.set(), 0)))
                .sum();
        return Math.min(99, wanted == 0 ? 0 : ready * 100 / wanted);
    }

    private static ServiceTask task(TaskProgress progress, Facts facts) {
        boolean isAtWork = progress.status() == TaskStatus.RUNNING;
        TaskOutlook outlook = TaskOutlook.of(
                        progress.records(),
                        progress.done(),
                        facts.work().getOrDefault(progress.id(), List.of()),
                        facts.now())
                .filter(it -> isAtWork)
                .orElse(null);
        Integer instances =
                isAtWork ? facts.taskInstances().getOrDefault(progress.id().instances(), 0) : null;
        return new ServiceTask(
                progress.id().value(),
                progress.status().name().toLowerCase(Locale.ROOT),
                progress.records(),
                progress.done(),
                progress.failed(),
                progress.files(),
                outlook == null ? null : rounded(outlook.recordsPerSecond()),
                instances,
                outlook == null || instances == null || instances == 0
                        ? null
                        : rounded(outlook.recordsPerSecond() / instances),
                outlook == null ? null : outlook.end().toEpochMilli(),
                outlook == null ? null : outlook.earliest().toEpochMilli(),
                outlook == null ? null : outlook.latest().toEpochMilli(),
                millis(progress.deadline()),
                millis(progress.startedAt()),
                millis(progress.endedAt()),
                progress.manifest() == null ? null : progress.manifest().toString());
    }

    private static double rounded(double rate) {
        return Math.round(rate * 100) / 100.0;
    }

    private Optional<TaskProgress> progress(Service service, Facts facts) {
        String task = service.taskId();
        if (task == null || service.inferType() == InferType.REAL_TIME) {
            return Optional.empty();
        }
        TaskId id = new TaskId(task);
        // Its row is written when the workflow takes the command.
        return Optional.of(facts.tasks().getOrDefault(id, TaskProgress.draft(id)));
    }

    /** What the service waits for, while it is in the queue of a pool. */
    private Optional<ServiceWaiting> waiting(Service service) {
        if (service.state() != ServiceState.DEPLOYING && service.state() != ServiceState.WAITING) {
            return Optional.empty();
        }
        Set<String> asked = new HashSet<>();
        List<ServiceWaiting> waits = new ArrayList<>();
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

    private static ServiceWaiting waiting(ServiceEntry entry, Grant.Waiting waiting) {
        return new ServiceWaiting(
                "pool '%s' has %d free slots for '%s', %d are wanted, %d in the queue before"
                        .formatted(
                                entry.pool(),
                                Math.max(0, waiting.free()),
                                entry.specification(),
                                waiting.wanted(),
                                waiting.position() - 1),
                entry.pool(),
                entry.specification(),
                waiting.wanted(),
                waiting.free(),
                waiting.position(),
                waiting.since().toEpochMilli());
    }

    /** The sent value, unchanged; null if there was none. */
    private static @Nullable JsonNode echo(JsonNode sent, String name) {
        JsonNode value = sent.get(name);
        return value == null || value.isNull() ? null : value;
    }

    /** A number that was sent as text, as a number: clients read it into a number. */
    private static @Nullable JsonNode number(@Nullable JsonNode sent) {
        if (sent == null || !sent.isString()) {
            return sent;
        }
        String text = sent.stringValue();
        return text.isEmpty() ? null : MAPPER.getNodeFactory().numberNode(new BigDecimal(text));
    }

    /** As {@link #number} for each of these fields of the object, which may have been sent as JSON text. */
    private static @Nullable JsonNode withNumbers(@Nullable JsonNode sent, List<String> names) {
        JsonNode structure =
                sent != null && sent.isString() && !sent.stringValue().isBlank()
                        ? MAPPER.readTree(sent.stringValue())
                        : sent;
        if (!(structure instanceof ObjectNode object)) {
            return structure;
        }
        ObjectNode shown = object.deepCopy();
        for (String name : names) {
            JsonNode number = number(object.get(name));
            if (number == null) {
                shown.remove(name);
            } else {
                shown.set(name, number);
            }
        }
        return shown;
    }

    private static @Nullable Long millis(@Nullable Instant instant) {
        return instant == null ? null : instant.toEpochMilli();
    }
}
