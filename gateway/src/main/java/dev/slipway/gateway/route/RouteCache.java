package dev.slipway.gateway.route;

import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.route.RouteDocument;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/** The routes of all services. Safe for use by many threads. */
public final class RouteCache {

    private final ConcurrentMap<String, ServiceRoute> routes = new ConcurrentHashMap<>();
    private final MinuteClock clock;
    private volatile boolean complete;
    private volatile long readAt = System.nanoTime();

    /** @param clock for the minutes that requests are counted in */
    public RouteCache(Clock clock) {
        this.clock = new MinuteClock(clock);
    }

    /** The route of the service, null if none is known. */
    public @Nullable ServiceRoute find(String service) {
        return routes.get(service);
    }

    /** Whether the database was read since the start. If so, an unknown service does not exist. */
    public boolean isComplete() {
        return complete;
    }

    void complete() {
        complete = true;
    }

    /** How long ago they were last known to be those of the database; since the start if they never were. */
    public Duration age() {
        return Duration.ofNanos(System.nanoTime() - readAt);
    }

    /** They are those of the database now. */
    void fresh() {
        readAt = System.nanoTime();
    }

    ServiceRoute apply(RouteDocument document) {
        ServiceRoute route = add(document.service());
        route.apply(document);
        return route;
    }

    /** Only for a service without a document and without requests in flight, after both were reported. */
    void drop(String service) {
        routes.remove(service);
    }

    /** All of them. */
    public Collection<ServiceRoute> all() {
        return routes.values();
    }

    /** The route of the service, without a document if it is new. */
    ServiceRoute add(String service) {
        return routes.computeIfAbsent(service, id -> new ServiceRoute(id, clock));
    }

    /** All instances in the documents. */
    Set<InstanceId> instances() {
        Set<InstanceId> instances = new HashSet<>();
        routes.values().forEach(route -> instances.addAll(route.instances()));
        return instances;
    }

    /** Whether a request is open to any instance. */
    public boolean isBusy() {
        return routes.values().stream().anyMatch(ServiceRoute::isBusy);
    }
}
