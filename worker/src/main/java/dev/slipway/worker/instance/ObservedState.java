package dev.slipway.worker.instance;

import dev.slipway.activities.instance.RouteKeeper;
import dev.slipway.domain.instance.Address;
import dev.slipway.domain.instance.Instance;
import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.instance.InstanceSetStore.Row;
import dev.slipway.domain.instance.InstanceState;
import dev.slipway.domain.instance.SetStatus;
import dev.slipway.domain.route.RouteRows;
import dev.slipway.domain.route.RouteTable;
import dev.slipway.domain.service.Service;
import dev.slipway.domain.service.ServiceConfig;
import dev.slipway.domain.service.ServiceEntry;
import dev.slipway.domain.service.ServiceState;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A service and the observed state of its instances. */
record ObservedState(Service service, List<Row> rows) {

    /** Whether these routes have to be changed. */
    boolean changes(RouteRows routes) {
        RouteDryRun dryRun = new RouteDryRun(routes);
        keep(dryRun);
        return dryRun.hasChanged();
    }

    /** Writes into the routes which instances answer. */
    void keep(RouteTable routes) {
        Map<InstanceId, Address> serving = new HashMap<>();
        for (RouteRows.InstanceRow row : routes.rows().instances()) {
            Address address = row.address();
            if (row.ready() && address != null) {
                serving.put(row.id(), address);
            }
        }
        for (Row row : rows) {
            if (row.observed().instances().isEmpty() && !row.current()) {
                // Not observed yet, so it is not known which instances live.
                continue;
            }
            RouteKeeper.keep(
                    routes,
                    new SetStatus(
                            row.id(),
                            row.count(),
                            row.observed().instances().stream()
                                    .map(instance -> asBefore(instance, serving))
                                    .toList(),
                            row.observed().failure()));
        }
    }

    // An instance never goes back from ready to starting. One that was ready and is reported as starting is being
    // adopted by
    // a restarted cluster, and serves meanwhile.
    private static Instance asBefore(Instance instance, Map<InstanceId, Address> serving) {
        Address address = serving.get(instance.id());
        return instance.state() == InstanceState.STARTING && address != null
                ? new Instance(instance.id(), InstanceState.READY, address, null, null, false, instance.warnings())
                : instance;
    }

    /** The state that the service should show. It differs from its present state only if it serves and no command is in progress. */
    ServiceState state() {
        boolean settled = service.state() == ServiceState.RUNNING || service.state() == ServiceState.CONCERNING;
        if (!settled || !service.shouldServe()) {
            return service.state();
        }
        return ready() < asked() ? ServiceState.CONCERNING : ServiceState.RUNNING;
    }

    /** How many instances its serving configuration wants. */
    int asked() {
        return entries().stream().mapToInt(ServiceEntry::instanceCount).sum();
    }

    /** How many instances answer. */
    int ready() {
        return entries().stream()
                .mapToInt(entry -> Math.min(ready(entry.set()), entry.instanceCount()))
                .sum();
    }

    private int ready(InstanceSetId set) {
        return rows.stream()
                .filter(row -> row.id().equals(set))
                .flatMap(row -> row.observed().instances().stream())
                .mapToInt(instance -> instance.answers() ? 1 : 0)
                .sum();
    }

    private List<ServiceEntry> entries() {
        ServiceConfig serving = service.serving();
        return serving == null ? List.of() : serving.entries();
    }

    /** Why instances that should serve cannot be started; null if they can. */
    @Nullable
    String failure() {
        for (ServiceEntry entry : entries()) {
            for (Row row : rows) {
                if (row.id().equals(entry.set()) && row.observed().failure() != null) {
                    return row.observed().failure();
                }
            }
        }
        return null;
    }

    /** The warnings of each instance set, with the key of their event. */
    Map<String, String> warnings() {
        Map<String, String> warnings = new LinkedHashMap<>();
        for (Row row : rows) {
            for (String text : row.observed().warnings()) {
                warnings.put("warning/%s/%08x".formatted(row.id(), text.hashCode()), text);
            }
        }
        return warnings;
    }

    /** The instance that was started last of those that crashed. */
    Optional<InstanceId> lastCrashed() {
        return rows.stream()
                .flatMap(row -> row.observed().instances().stream())
                .filter(Instance::hasCrashed)
                .map(Instance::id)
                .max(Comparator.comparingInt(InstanceId::incarnation));
    }

    /** Why not all instances answer, in words. */
    String trouble() {
        return rows.stream()
                .flatMap(row -> row.observed().instances().stream())
                .filter(instance -> !instance.answers() && !instance.stoppedByUs())
                .map(ObservedState::words)
                .reduce((one, other) -> one + "; " + other)
                .orElse("instances are being started");
    }

    private static String words(Instance instance) {
        String cause = instance.cause();
        return switch (instance.state()) {
            case STARTING -> "%s is starting".formatted(instance.id());
            case READY ->
                cause == null ? "%s answers".formatted(instance.id()) : "%s: %s".formatted(instance.id(), cause);
            case DRAINING ->
                cause == null ? "%s is draining".formatted(instance.id()) : "%s: %s".formatted(instance.id(), cause);
            case EXITED ->
                cause == null
                        ? "%s ended, exit code %s".formatted(instance.id(), instance.exitCode())
                        : "%s: %s".formatted(instance.id(), cause);
        };
    }
}
