package dev.slipway.gateway.route;

import dev.slipway.domain.problem.Unavailable;
import dev.slipway.domain.route.GatewayIdentity;
import dev.slipway.domain.route.GatewayLink;
import dev.slipway.domain.route.GatewayReport;
import dev.slipway.domain.route.RouteDocument;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the routes up to date and reports to the database what is applied, in flight and counted. One thread does all of it; whatever the
 * database does, requests go on by the routes that are known.
 */
public final class RouteFollower {

    private static final Logger LOG = LoggerFactory.getLogger(RouteFollower.class);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(250);
    private static final long HEARTBEAT_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final Duration AFTER_FAILURE = Duration.ofMillis(300);
    private static final Duration END_LIMIT = Duration.ofSeconds(10);

    private final GatewayLink link;
    private final RouteCache routes;
    private final GatewayFolder folder;
    private final RouteFiles disk;
    private final GatewayIdentity identity;
    private final InstanceLeases leases;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread thread;

    // The thread's own; the one that starts and the one that closes use them while it does not run.
    private final Map<String, Long> onDisk = new HashMap<>();
    private final Map<String, Reported> reported = new HashMap<>();
    private final Set<String> announced = new HashSet<>();
    private boolean registered;
    private boolean registrationChecked;
    private boolean changed = true;
    private long readAt;
    private long reportedAt;
    private boolean away;

    /** What was last reported of a service: so much of its changes, and a revision. */
    private record Reported(long changes, long revision) {}

    /** An operator has taken the gateway off the register. */
    private static final class Unregistered extends RuntimeException {

        private static final long serialVersionUID = 1;
    }

    public RouteFollower(
            GatewayLink link,
            RouteCache routes,
            GatewayFolder folder,
            GatewayIdentity identity,
            InstanceLeases leases) {
        this.link = link;
        this.routes = routes;
        this.folder = folder;
        this.disk = new RouteFiles(folder.routes());
        this.identity = identity;
        this.leases = leases;
        this.thread =
                Thread.ofPlatform().name("slipway-gateway-routes").daemon().unstarted(this::follow);
    }

    /**
     * Registers and reads all routes; if the database does not answer within {@code limit}, takes the copy on the disk instead, unless
     * the gateway had said goodbye. Then follows until closed.
     */
    public void start(Duration limit) {
        if (folder.isRegistered()) {
            for (RouteDocument document : disk.documents()) {
                routes.apply(document);
                onDisk.put(document.service(), document.revision());
            }
        }
        long deadline = System.nanoTime() + limit.toNanos();
        while (!tryStep() && System.nanoTime() < deadline) {
            pause();
        }
        thread.start();
    }

    private void pause() {
        try {
            if (stopping.await(AFTER_FAILURE.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.debug("stopping");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void follow() {
        while (stopping.getCount() > 0) {
            try {
                leases.touch(routes::instances);
                if (tryStep()) {
                    changed |= link.awaitChange(POLL_INTERVAL);
                } else {
                    pause();
                }
            } catch (Unavailable e) {
                failed(e);
                pause();
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private boolean tryStep() {
        try {
            step();
            if (away) {
                LOG.info("database of routes answers again gateway={}", identity.id());
                away = false;
            }
            return true;
        } catch (Unavailable e) {
            failed(e);
            return false;
        } catch (Unregistered e) {
            // The next round finds out and registers again.
            registrationChecked = false;
            return false;
        } catch (RuntimeException e) {
            // The edge of the loop: whatever is wrong with one round, the next has to be tried.
            LOG.error("routes could not be followed gateway={}", identity.id(), e);
            return false;
        }
    }

    private void failed(Unavailable cause) {
        registrationChecked = false;
        changed = true;
        if (!away) {
            away = true;
            LOG.warn(
                    "database of routes is away, serving what is known gateway={} cause={}",
                    identity.id(),
                    cause.getMessage());
        }
    }

    private void step() {
        makeSureOfRegistration();
        // A change that nobody was told of is found all the same.
        if (changed || System.nanoTime() - readAt >= HEARTBEAT_NANOS) {
            read();
        }
        reportChanges();
    }

    /** At the start and after a failure; otherwise each report says whether the gateway is still registered. */
    private void makeSureOfRegistration() {
        if (registrationChecked) {
            return;
        }
        // After a failure the rows may still be there: only this process' first, or one that was taken away, has to be
        // written.
        if (!registered) {
            register();
        } else if (!link.isRegistered(identity.id())) {
            LOG.warn("was taken off the register, registers again gateway={}", identity.id());
            // Ended before that is done, it must not serve by the disk alone.
            folder.registered(false);
            register();
        }
        registrationChecked = true;
    }

    private void register() {
        registered = false;
        changed = true;
        link.register(identity);
        folder.registered(true);
        announced.clear();
        reported.clear();
        // The whole truth, before anything is read: what is served now, and what may be served from the next read on.
        Set<String> services = new HashSet<>(link.revisions().keySet());
        List<PendingReport> pending = new ArrayList<>();
        for (ServiceRoute route : routes.all()) {
            services.remove(route.service());
            pending.add(pendingReport(route));
        }
        report(pending, services);
        registered = true;
    }

    private void read() {
        Map<String, Long> revisions = link.revisions();
        List<String> stale = new ArrayList<>();
        Set<String> unannounced = new HashSet<>();
        revisions.forEach((service, revision) -> {
            ServiceRoute route = routes.find(service);
            if (route == null || route.revision() != revision || onDisk(service) != revision) {
                stale.add(service);
                if (!announced.contains(service)) {
                    unannounced.add(service);
                }
            }
        });
        if (!unannounced.isEmpty()) {
            report(List.of(), unannounced);
        }
        Set<String> gone = new HashSet<>(stale);
        for (RouteDocument document : link.documents(stale)) {
            gone.remove(document.service());
            apply(document);
        }
        routes.all().stream()
                .map(ServiceRoute::service)
                .filter(service -> !revisions.containsKey(service))
                .forEach(gone::add);
        gone.forEach(this::remove);
        if (!routes.isComplete()) {
            disk.keepOnly(revisions.keySet());
            routes.complete();
        }
        changed = false;
        readAt = System.nanoTime();
    }

    private void apply(RouteDocument document) {
        ServiceRoute known = routes.find(document.service());
        if (known == null || known.revision() != document.revision()) {
            routes.apply(document);
        }
        try {
            disk.write(document);
            onDisk.put(document.service(), document.revision());
        } catch (UncheckedIOException e) {
            // Served, but not acknowledged: a restart would not know of it. Tried again with the next round.
            LOG.error("route not written to disk service={} revision={}", document.service(), document.revision(), e);
        }
    }

    private void remove(String service) {
        ServiceRoute route = routes.find(service);
        if (route == null) {
            route = routes.add(service);
        }
        if (route.revision() != GatewayReport.NONE) {
            route.remove();
        }
        disk.remove(service);
        onDisk.remove(service);
    }

    private long onDisk(String service) {
        return onDisk.getOrDefault(service, GatewayReport.NONE);
    }

    private void reportChanges() {
        List<PendingReport> pending = new ArrayList<>();
        for (ServiceRoute route : routes.all()) {
            if (!new Reported(route.changes(), acknowledged(route)).equals(reported.get(route.service()))) {
                pending.add(pendingReport(route));
            }
        }
        if (!pending.isEmpty() || System.nanoTime() - reportedAt >= HEARTBEAT_NANOS) {
            report(pending, Set.of());
        }
    }

    /** A report and how much of the route's changes it covers. */
    private record PendingReport(ServiceRoute route, long changes, GatewayReport report) {}

    private PendingReport pendingReport(ServiceRoute route) {
        // Read first: a change in between is reported twice rather than never.
        long changes = route.changes();
        return new PendingReport(route, changes, route.report(acknowledged(route)));
    }

    /** The revision to acknowledge: none that is not on the disk; without a document that it is gone. */
    private long acknowledged(ServiceRoute route) {
        long applied = route.revision();
        long durable = onDisk(route.service());
        return applied != GatewayReport.NONE && durable == GatewayReport.NONE
                ? GatewayReport.READING
                : Math.min(applied, durable);
    }

    private void report(List<PendingReport> pending, Set<String> reading) {
        List<GatewayReport> reports = new ArrayList<>();
        pending.forEach(each -> reports.add(each.report()));
        reading.forEach(service -> reports.add(new GatewayReport(service, GatewayReport.READING, Map.of(), List.of())));
        if (!link.report(identity, reports)) {
            throw new Unregistered();
        }
        reportedAt = System.nanoTime();
        announced.addAll(reading);
        for (PendingReport each : pending) {
            GatewayReport report = each.report();
            each.route().reported(report);
            announced.add(report.service());
            reported.put(report.service(), new Reported(each.changes(), report.revision()));
            if (report.revision() == GatewayReport.NONE && report.inFlight().isEmpty()) {
                forget(report.service());
            }
        }
    }

    private void forget(String service) {
        routes.drop(service);
        reported.remove(service);
        announced.remove(service);
    }

    /**
     * Stops following, and says goodbye if nothing is in flight. To be called when no request can come any more.
     *
     * @param goodbye whether the gateway ends for good: false leaves it registered, as a crash would
     */
    public void close(boolean goodbye) {
        stopping.countDown();
        try {
            if (!thread.join(END_LIMIT)) {
                LOG.warn("routes: the database holds the link, closing it gateway={}", identity.id());
            }
            if (goodbye && !routes.isBusy()) {
                sayGoodbye();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            link.close();
        }
    }

    private void sayGoodbye() {
        try {
            if (registered) {
                reportChanges();
            }
            // The disk first: after a crash in between nothing is served that no longer counts as registered.
            folder.registered(false);
            link.goodbye(identity.id());
        } catch (Unregistered nothingToSayGoodbyeTo) {
            folder.registered(false);
        } catch (Unavailable e) {
            LOG.warn(
                    "goodbye not told, the process' end will prove it gateway={} cause={}",
                    identity.id(),
                    e.getMessage());
        }
    }
}
