package dev.slipway.api.instance;

import dev.slipway.api.query.ListQuery;
import dev.slipway.api.query.QueryParameters;
import dev.slipway.domain.access.Caller;
import dev.slipway.domain.instance.Instance;
import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.instance.InstanceLog;
import dev.slipway.domain.instance.InstanceLogStore;
import dev.slipway.domain.instance.InstanceSetStore;
import dev.slipway.domain.instance.InstanceState;
import dev.slipway.domain.instance.SetOwner;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.NotFound;
import dev.slipway.domain.service.Service;
import dev.slipway.domain.service.ServiceCommands;
import dev.slipway.domain.service.ServiceId;
import dev.slipway.formats.instance.InstanceLogShown;
import dev.slipway.formats.instance.ServiceInstances;
import dev.slipway.formats.instance.ServiceInstances.InstanceShown;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Instances of a service and their logs, which the wire contract does not have. Only the project of the service sees them. */
@RestController
@RequestMapping("/v1/{project_id}/services/{service_id}/instances")
public final class InstanceController {

    private static final int USUAL_LINES = 200;
    private static final int MOST_LINES = 10_000;
    private static final int MOST_BYTES = 1 << 20;

    private static final Comparator<InstanceId> LATEST_FIRST =
            Comparator.comparingInt(InstanceId::incarnation).reversed().thenComparing(InstanceId::toString);

    private final ServiceCommands services;
    private final InstanceSetStore sets;
    private final InstanceLogStore logs;

    public InstanceController(ServiceCommands services, InstanceSetStore sets, InstanceLogStore logs) {
        this.services = services;
        this.sets = sets;
        this.logs = logs;
    }

    @GetMapping
    ServiceInstances list(Caller caller, @PathVariable("service_id") String id) {
        Service service = services.find(caller.project(), new ServiceId(id));
        SetOwner owner = SetOwner.service(service.id().value());
        Map<InstanceId, InstanceShown> shown = new TreeMap<>(LATEST_FIRST);
        Map<InstanceId, InstanceLog> kept = new TreeMap<>(LATEST_FIRST);
        for (InstanceLog log : logs.of(owner)) {
            kept.put(log.instance(), log);
            shown.put(log.instance(), shown(log));
        }
        for (InstanceSetStore.Row row : sets.of(owner)) {
            for (Instance instance : row.observed().instances()) {
                shown.put(instance.id(), shown(instance, kept.get(instance.id())));
            }
        }
        List<InstanceShown> all = new ArrayList<>(shown.values());
        return new ServiceInstances(service.id().value(), service.name(), all.size(), all);
    }

    /** One that no set knows any more, or not yet. */
    private static InstanceShown shown(InstanceLog log) {
        return new InstanceShown(
                log.instance().toString(),
                wireName(log.endedAt() == null ? InstanceState.STARTING : InstanceState.EXITED),
                millis(log.startedAt()),
                millis(log.endedAt()),
                log.exitCode(),
                log.cause(),
                log.name(),
                log.bytes());
    }

    private static InstanceShown shown(Instance instance, @Nullable InstanceLog log) {
        return new InstanceShown(
                instance.id().toString(),
                wireName(instance.state()),
                log == null ? null : millis(log.startedAt()),
                log == null ? null : millis(log.endedAt()),
                instance.exitCode(),
                instance.cause(),
                log == null ? null : log.name(),
                log == null ? null : log.bytes());
    }

    private static String wireName(InstanceState state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    private static @Nullable Long millis(@Nullable Instant instant) {
        return instant == null ? null : instant.toEpochMilli();
    }

    @GetMapping("/{instance_id}/logs")
    InstanceLogShown log(
            Caller caller,
            @PathVariable("service_id") String id,
            @PathVariable("instance_id") String instance,
            @QueryParameters("lines") ListQuery query) {
        int lines = query.number("lines", 1, MOST_LINES, USUAL_LINES);
        Service service = services.find(caller.project(), new ServiceId(id));
        SetOwner owner = SetOwner.service(service.id().value());
        InstanceLog log = InstanceId.tryParse(instance)
                .flatMap(known -> logs.find(owner, known))
                .orElseThrow(() -> new NotFound(
                        ErrorCode.SERVICE_UNKNOWN,
                        "service '%s' has no log of an instance '%s' on this machine: it is not one of its instances, its log was removed some days after its end, or it ran on another machine. GET .../services/%s/instances lists them"
                                .formatted(service.name(), instance, service.id())));
        String all = logs.tail(owner, log.instance(), MOST_BYTES);
        String shown = LastLines.of(all, lines);
        boolean isWhole = shown.length() == all.length() && log.bytes() <= MOST_BYTES;
        return new InstanceLogShown(service.id().value(), log.instance().toString(), log.name(), isWhole, shown);
    }
}
