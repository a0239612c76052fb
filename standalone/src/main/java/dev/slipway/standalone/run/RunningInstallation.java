package dev.slipway.standalone.run;

import dev.slipway.adapters.local.LocalInstances;
import dev.slipway.adapters.postgres.Database;
import dev.slipway.api.ApiApplication;
import dev.slipway.gateway.Gateway;
import dev.slipway.parts.Part;
import dev.slipway.parts.RunningParts;
import dev.slipway.parts.folder.FolderInUse;
import dev.slipway.parts.folder.FolderLock;
import dev.slipway.parts.folder.PortName;
import dev.slipway.parts.process.TakenPort;
import dev.slipway.standalone.installation.Installation;
import dev.slipway.worker.WorkerApplication;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The roles that this process plays for one installation. {@link #close} ends them in the reverse order of their start. */
public final class RunningInstallation implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RunningInstallation.class);
    private static final int MOST_GATEWAYS = 16;
    private static final Duration DRAIN = Duration.ofSeconds(30);

    private final Installation installation;
    private final Set<Role> roles;
    private final Consumer<String> progress;
    private final Deque<Named> opened = new ArrayDeque<>();
    private int gatewayNumber;
    private boolean closed;

    /** @param progress gets a line for slow steps, and for parts that die and are restarted */
    public RunningInstallation(Installation installation, Set<Role> roles, Consumer<String> progress) {
        this.installation = installation;
        this.roles = Set.copyOf(roles);
        this.progress = progress;
    }

    /**
     * Takes the folder for the roles. To be called once, before {@link #start}.
     *
     * @throws dev.slipway.parts.folder.FolderInUse if another process has one of the roles on this folder
     */
    public void claim() {
        for (Role role : roles) {
            if (role != Role.GATEWAY) {
                open("lock " + role.key(), () -> installation.folder().lock(role.key()));
            }
        }
        if (roles.contains(Role.GATEWAY)) {
            gatewayNumber = lockGateway();
        }
    }

    /**
     * Starts everything and returns when it serves.
     *
     * @param lastCheck called before API and worker start; what it throws ends the start
     * @throws dev.slipway.parts.PartFailure if a part cannot be started
     * @throws StartFailure if another process listens on the port of the API or the gateway; checked before anything is started
     */
    public void start(Runnable lastCheck) {
        failIfPortsAreTaken();
        if (roles.contains(Role.PARTS) || roles.contains(Role.API)) {
            installation.keepForCommands();
        }
        if (roles.contains(Role.PARTS)) {
            startParts();
        }
        if (roles.contains(Role.PARTS) && roles.contains(Role.WORKER)) {
            // Ctrl-C of the whole installation ends its instances, after the workers and before the parts. Ctrl-C of a
            // worker alone does
            // not.
            open("instances", () -> this::endInstances);
        }
        if (roles.contains(Role.API) || roles.contains(Role.WORKER)) {
            new RequiredServers(installation).await(progress);
            migrate();
        }
        if (roles.contains(Role.GATEWAY)) {
            // First, so that running services are served while the rest starts.
            startGateway();
        }
        lastCheck.run();
        if (roles.contains(Role.API) || roles.contains(Role.WORKER)) {
            open("control plane", () -> ControlPlane.start(controlPlane()));
        }
    }

    private void failIfPortsAreTaken() {
        if (roles.contains(Role.API)) {
            String host = installation.settings().api().host();
            failIfTaken(Role.API, host, PortName.API, installation.port(PortName.API));
        }
        if (roles.contains(Role.GATEWAY)) {
            String host = installation.settings().gateway().host();
            int port = installation.gatewayProperties(gatewayNumber == 1).port();
            failIfTaken(Role.GATEWAY, host, PortName.GATEWAY, port);
        }
    }

    private static void failIfTaken(Role role, String host, PortName name, int port) {
        if (listensOnLoopback(host)) {
            TakenPort.problem(name, port).ifPresent(problem -> {
                throw new StartFailure("'%s': %s".formatted(role.key(), problem));
            });
        }
    }

    private static boolean listensOnLoopback(String host) {
        try {
            InetAddress address = InetAddress.getByName(host);
            return address.isLoopbackAddress() || address.isAnyLocalAddress();
        } catch (UnknownHostException e) {
            throw new StartFailure(
                    "slipway.yml: host '%s' is not known on this machine: %s".formatted(host, e.getMessage()));
        }
    }

    private void migrate() {
        try (Database database = Database.open(installation.database())) {
            database.migrate();
        }
    }

    private List<ControlPlane.Start> controlPlane() {
        List<ControlPlane.Start> starts = new ArrayList<>();
        if (roles.contains(Role.API)) {
            starts.add(() -> timed(
                    "api", installation.api().toString(), () -> ApiApplication.start(installation.apiProperties())));
        }
        if (roles.contains(Role.WORKER)) {
            starts.add(() -> timed("worker", "", () -> WorkerApplication.start(installation.workerProperties())));
        }
        return starts;
    }

    private void startGateway() {
        long began = System.nanoTime();
        open("gateway", () -> {
            Gateway gateway = Gateway.start(installation.gatewayProperties(gatewayNumber == 1));
            InetSocketAddress address = gateway.address();
            progress.accept(
                    line("gateway", "http://%s:%d".formatted(address.getHostString(), address.getPort()), began));
            return gateway;
        });
    }

    /** Gateways of one folder may be several: the first number that is free. */
    private int lockGateway() {
        for (int number = 1; ; number++) {
            String name = number == 1 ? Role.GATEWAY.key() : Role.GATEWAY.key() + "-" + number;
            try {
                open("lock " + name, () -> installation.folder().lock(name));
                return number;
            } catch (FolderInUse taken) {
                if (number == MOST_GATEWAYS) {
                    throw taken;
                }
            }
        }
    }

    private void startParts() {
        for (Part part : installation.parts(progress)) {
            LOG.info("part={} is embedded address={}", part.name(), part.address());
        }
        open("parts", () -> RunningParts.start(installation.parts(progress), progress));
    }

    private void endInstances() {
        try {
            new LocalInstances(installation.folder().root()).endAll(DRAIN);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private AutoCloseable timed(String name, String address, Supplier<AutoCloseable> start) {
        long began = System.nanoTime();
        AutoCloseable started = start.get();
        progress.accept(line(name, address, began));
        return started;
    }

    private static String line(String name, String address, long began) {
        return "%-9s ready after %4.1f s  %s"
                .formatted(name, (System.nanoTime() - began) / 1e9, address)
                .stripTrailing();
    }

    private synchronized void open(String name, Supplier<? extends AutoCloseable> start) {
        if (closed) {
            throw new IllegalStateException("stopped while '%s' was to be started".formatted(name));
        }
        AutoCloseable started = start.get();
        opened.push(new Named(name, started));
    }

    /** Whether something was started that has to be stopped; locks alone are nothing to tell. */
    public synchronized boolean hasStarted() {
        return opened.stream().anyMatch(named -> !named.isLock());
    }

    private record Named(String name, AutoCloseable what) {

        boolean isLock() {
            return what instanceof FolderLock;
        }
    }

    /** Ends everything that was started. If the start is not complete, it first waits for its running step. */
    @Override
    public synchronized void close() {
        closed = true;
        while (!opened.isEmpty()) {
            Named named = opened.pop();
            long began = System.nanoTime();
            try {
                named.what().close();
                if (!named.isLock()) {
                    LOG.info("stopped {} seconds={}", named.name(), (System.nanoTime() - began) / 1e9);
                }
            } catch (Exception e) { // an edge: one must not stop the others from closing
                LOG.error("cannot stop {}", named.name(), e);
            }
        }
    }
}
