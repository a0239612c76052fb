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
 * Keeps the routes up to date and reports applied revisions, requests in flight and counts to the database. One thread does all of it.
 * Whatever the database does, requests are served by the known routes.
 */
public final class RouteFollower {

    private static final Logger LOG = LoggerFactory.getLogger(RouteFollower.class);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(250);
    private static final long HEARTBEAT_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final Duration AFTER_FAILURE = Duration.ofMillis(300);
    /** More than any round takes whose calls all end within their limits. */
    private static final Duration LONGEST_ROUND = Duration.ofSeconds(30);

    private static final Duration END_LIMIT = Duration.ofSeconds(10);

    private final GatewayLink link;
    private final RouteCache routes;
    private final GatewayFolder folder;
    private final RouteFiles disk;
    private final GatewayIdentity identity;
    private final InstanceLeases leases;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final WatchedThread thread;

    // Used by the follower's thread; start and close use them only while it does not run.
    private final Map<String, Long> onDisk = new HashMap<>();
    private final Map<String, Reported> reported = new HashMap<>();
    private final Set<String> announced = new HashSet<>();
    private boolean registered;
    private boolean registrationChecked;
    private boolean changed = true;
    private long readAt;
    private long reportedAt;
    private boolean away;

    /** The last report of a service: its change counter and its revision. */
    private record Reported(long changes, long revision) {}

    /** An operator has removed the gateway from the register. */
    private static final class Unregistered extends RuntimeException {

        private static final long serialVersionUID = 1;
    }

    public RouteFollower(
            GatewayLink link,
            RouteCache routes,
            GatewayFolder folder,
            GatewayIdentity identity,
            InstanceLeases leases) {
        this(link, routes, folder, identity, leases, LONGEST_ROUND);
    }

    RouteFollower(
            GatewayLink link,
            RouteCache routes,
            GatewayFolder folder,
            GatewayIdentity identity,
            InstanceLeases leases,
            Duration longestRound) {
        this.link = link;
        this.routes = routes;
        this.folder = folder;
        this.disk = new RouteFiles(folder.routes());
        this.identity = identity;
        this.leases = leases;
        this.thread = new WatchedThread("slipway-gateway-routes", this::follow, longestRound, link::interrupt);
    }

    /**
     * Registers and reads all routes. If the database does not answer within {@code limit}, uses the copy on the disk instead, unless the
     * gateway had deregistered. Then follows until closed.
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
            thread.progressed();
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
            } catch (Throwable e) {
                // The edge of the loop: without this thread the gateway would serve routes of long ago.
                LOG.error("routes could not be followed gateway={}", identity.id(), e);
                pause();
            }
        }
    }

    private boolean tryStep() {
        try {
            step();
            routes.fresh();
            if (away) {
                LOG.info("database of routes answers again gateway={}", identity.id());
                away = false;
            }
            return true;
        } catch (Unavailable e) {
            failed(e);
            return false;
        } catch (Unregistered e) {
            // The next round checks this and registers again.
            registrationChecked = false;
            return false;
        } catch (Throwable e) {
            // The edge of the loop: after any failure the next round has to run.
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
                    "database of routes is unavailable, serving known routes gateway={} cause={}",
                    identity.id(),
                    cause.getMessage());
        }
    }

    private void step() {
        makeSureOfRegistration();
        // This also finds a change whose notification was lost.
        if (changed || System.nanoTime() - readAt >= HEARTBEAT_NANOS) {
            read();
        }
        reportChanges();
    }

    /** At the start and after a failure. Otherwise each report returns whether the gateway is still registered. */
    private void makeSureOfRegistration() {
        if (registrationChecked) {
            return;
        }
        // After a failure the row may still exist. It is written only at the first time in this process, and if it was
        // removed.
        if (registered) {
            switch (link.registration(identity)) {
                case OWN -> {}
                case NONE -> {
                    LOG.warn("was removed from the register, registers again gateway={}", identity.id());
                    registerAnew();
                }
                case OF_ANOTHER_PROCESS -> {
                    LOG.error(
                            "another process has registered as this gateway, registers again gateway={} pid={}."
                                    + " If this is repeated, two gateways run with copies of one data folder: stop one of them.",
                            identity.id(),
                            identity.pid());
                    registerAnew();
                }
            }
        } else {
            register();
        }
        registrationChecked = true;
    }

    private void registerAnew() {
        // If it ends before that is done, it must not serve from the disk alone.
        folder.registered(false);
        register();
    }

    private void register() {
        registered = false;
        changed = true;
        link.register(identity);
        folder.registered(true);
        announced.clear();
        reported.clear();
        // A full report before anything is read: what is served now, and what may be served after the next read.
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
        List<RouteDocument> documents = link.documents(stale);
        documents.forEach(document -> gone.remove(document.service()));
        apply(documents);
        routes.all().stream()
                .map(ServiceRoute::service)
                .filter(service -> !revisions.containsKey(service))
                .forEach(gone::add);
        remove(gone);
        if (!routes.isComplete()) {
            disk.keepOnly(revisions.keySet());
            routes.complete();
        }
        changed = false;
        readAt = System.nanoTime();
    }

    private void apply(List<RouteDocument> documents) {
        for (RouteDocument document : documents) {
            ServiceRoute known = routes.find(document.service());
            if (known == null || known.revision() != document.revision()) {
                routes.apply(document);
            }
        }
        try {
            disk.write(documents);
            documents.forEach(document -> onDisk.put(document.service(), document.revision()));
        } catch (UncheckedIOException e) {
            // They are served but not acknowledged, because a restart would not know them. The next round tries again.
            LOG.error("routes not written to disk count={} first={}", documents.size(), documents.getFirst(), e);
        }
    }

    private void remove(Set<String> services) {
        for (String service : services) {
            ServiceRoute route = routes.find(service);
            if (route == null) {
                route = routes.add(service);
            }
            if (route.revision() != GatewayReport.NONE) {
                route.remove();
            }
        }
        disk.remove(services);
        services.forEach(onDisk::remove);
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

    /** A report and the change counter that it covers. */
    private record PendingReport(ServiceRoute route, long changes, GatewayReport report) {}

    private PendingReport pendingReport(ServiceRoute route) {
        // Read first, so that a change in between is reported twice and not lost.
        long changes = route.changes();
        return new PendingReport(route, changes, route.report(acknowledged(route)));
    }

    /** The revision to acknowledge, which is never later than the one on the disk. Without a document: that it is removed. */
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
     * Stops following, and deregisters if nothing is in flight. Call it when no more requests can come.
     *
     * @param deregister whether the gateway ends for good; false leaves it registered, like a crash
     */
    public void close(boolean deregister) {
        stopping.countDown();
        try {
            if (!thread.end(END_LIMIT)) {
                LOG.warn("routes: the database does not answer, closing the connection gateway={}", identity.id());
            }
            if (deregister && !routes.isBusy()) {
                deregister();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            link.close();
        }
    }

    private void deregister() {
        try {
            if (registered) {
                reportChanges();
            }
            // The disk first, so that after a crash in between no deregistered routes are served.
            folder.registered(false);
            link.deregister(identity);
        } catch (Unregistered removedAlready) {
            folder.registered(false);
        } catch (Unavailable e) {
            LOG.warn(
                    "could not deregister, the liveness check will do it gateway={} cause={}",
                    identity.id(),
                    e.getMessage());
        }
    }
}
