package dev.slipway.parts.temporal;

import dev.slipway.parts.Part;
import dev.slipway.parts.PartFailure;
import dev.slipway.parts.folder.DataFolder;
import dev.slipway.parts.folder.PortName;
import dev.slipway.parts.folder.Ports;
import dev.slipway.parts.process.PartProcess;
import dev.slipway.parts.process.ProcessIdentity;
import dev.slipway.parts.process.Processes;
import dev.slipway.parts.process.TakenPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Temporal's dev server with a database file in the data folder, its UI beside it, and our namespace with its retention and search
 * attributes. It survives a kill -9 of the JVM and is adopted at the next start.
 */
public final class TemporalPart implements Part {

    /** How long histories are kept; the dev server's default namespace keeps them one day. */
    public static final String RETENTION = "720h";

    private static final Logger LOG = LoggerFactory.getLogger(TemporalPart.class);
    public static final String NAME = "temporal";
    private static final Duration READY = Duration.ofSeconds(60);
    private static final Duration STOP = Duration.ofSeconds(10);
    private static final Map<String, String> SEARCH_ATTRIBUTES = searchAttributes();

    private final Path home;
    private final PartProcess server;
    private final String namespace;
    private final int port;
    private final int uiPort;
    private final Consumer<String> progress;
    private boolean hasUi = true;
    private @Nullable ProcessIdentity process;

    /** @param progress gets a line before something slow begins, such as the first installation of the server */
    public TemporalPart(DataFolder folder, String namespace, Consumer<String> progress) {
        this.home = folder.folder("temporal");
        this.server = new PartProcess(folder.pidFile(NAME), folder.log(NAME));
        this.namespace = namespace;
        this.port = folder.ports().get(PortName.TEMPORAL);
        this.uiPort = folder.ports().get(PortName.TEMPORAL_UI);
        this.progress = progress;
    }

    /** Without its UI. A server that runs with one is started again. To be called before {@link #start}. */
    public TemporalPart withoutUi() {
        hasUi = false;
        return this;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String address() {
        return "127.0.0.1:" + port;
    }

    /** Where the UI shows our workflows. */
    public String ui() {
        return "http://127.0.0.1:%d/namespaces/%s/workflows".formatted(uiPort, namespace);
    }

    @Override
    public synchronized void start() {
        if (isAlive()) {
            return;
        }
        TemporalCli cli = TemporalCli.findOrInstall(progress);
        if (!adopt()) {
            killOrphans();
            failIfTaken(port, PortName.TEMPORAL);
            if (hasUi) {
                failIfTaken(uiPort, PortName.TEMPORAL_UI);
            }
            launch(cli);
        }
        awaitReady();
        prepareNamespace(cli);
        ProcessIdentity running = process;
        LOG.info("part=temporal running pid={} address={}", running == null ? 0 : running.pid(), address());
    }

    private boolean adopt() {
        Optional<ProcessIdentity> living = server.remembered().filter(this::worksHere);
        if (living.isEmpty()) {
            return false;
        }
        ProcessIdentity found = living.get();
        boolean isHealthy = PartProcess.waitUntil(this::isHealthy, Duration.ofSeconds(5));
        if (isHealthy && !hasUi && !Ports.isFree(uiPort)) {
            LOG.info("part=temporal pid={} has a UI, which is switched off: started again", found.pid());
            PartProcess.stop(found, "INT", STOP);
            return false;
        }
        if (isHealthy) {
            process = found;
            LOG.info("part=temporal adopted pid={} address={}", found.pid(), address());
            return true;
        }
        LOG.warn("part=temporal pid={} lives on but does not answer: stopped, to be started again", found.pid());
        PartProcess.stop(found, "INT", STOP);
        return false;
    }

    /** A server that was started by a process which died before it wrote the pid file. */
    private void killOrphans() {
        for (ProcessIdentity orphan : Processes.workingIn(home)) {
            LOG.warn("part=temporal pid={} is left of an earlier start: stopped", orphan.pid());
            PartProcess.stop(orphan, "INT", STOP);
        }
    }

    private boolean worksHere(ProcessIdentity identity) {
        return Processes.workingIn(home).contains(identity);
    }

    private void launch(TemporalCli cli) {
        List<String> command = new ArrayList<>(List.of(
                cli.program().toString(),
                "server",
                "start-dev",
                "--ip",
                "127.0.0.1",
                "--port",
                Integer.toString(port),
                "--db-filename",
                home.resolve("temporal.db").toString(),
                "--log-level",
                "warn"));
        command.addAll(
                hasUi ? List.of("--ui-ip", "127.0.0.1", "--ui-port", Integer.toString(uiPort)) : List.of("--headless"));
        try {
            process = server.launch(command, home, "TEMPORAL_");
        } catch (IOException e) {
            throw new PartFailure(NAME, "cannot be started: " + e.getMessage(), e);
        }
    }

    private void awaitReady() {
        boolean answers = PartProcess.waitUntil(() -> isHealthy() || !isAlive(), READY);
        if (!answers || !isAlive()) {
            throw new PartFailure(
                    NAME,
                    "does not answer at %s; the end of its log '%s':%n%s"
                            .formatted(address(), server.log(), server.lastLines(20)));
        }
    }

    private void prepareNamespace(TemporalCli cli) {
        try {
            String namespaces = cli.run(at("operator", "namespace", "list"));
            boolean stands = namespaces.lines().anyMatch(line -> line.strip()
                    .matches("(NamespaceInfo\\.)?Name\\s+" + namespace));
            if (!stands) {
                cli.run(at("operator", "namespace", "create", "--retention", RETENTION, "--namespace", namespace));
            }
            registerSearchAttributes(cli);
        } catch (IOException e) {
            throw new PartFailure(
                    NAME, "its namespace '%s' cannot be prepared: %s".formatted(namespace, e.getMessage()), e);
        }
    }

    /** All parts of the server know a new namespace only after a moment, so this checks until they do. */
    private void registerSearchAttributes(TemporalCli cli) throws IOException {
        long end = System.nanoTime() + READY.toNanos();
        while (true) {
            try {
                List<String> missing = missingSearchAttributes(cli);
                if (missing.isEmpty()) {
                    return;
                }
                List<String> create =
                        new ArrayList<>(at("operator", "search-attribute", "create", "--namespace", namespace));
                for (String name : missing) {
                    create.addAll(List.of("--name", name, "--type", SEARCH_ATTRIBUTES.getOrDefault(name, "Keyword")));
                }
                cli.run(create);
            } catch (IOException notYet) {
                if (System.nanoTime() > end) {
                    throw notYet;
                }
            }
            if (System.nanoTime() > end) {
                throw new IOException("search attributes are not there after " + READY.toSeconds() + " s");
            }
        }
    }

    private List<String> missingSearchAttributes(TemporalCli cli) throws IOException {
        String list = cli.run(at("operator", "search-attribute", "list", "--namespace", namespace));
        return SEARCH_ATTRIBUTES.keySet().stream()
                .filter(name -> list.lines().noneMatch(line -> line.strip().startsWith(name + " ")))
                .toList();
    }

    private List<String> at(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--address", address()));
        return all;
    }

    @Override
    public boolean isAlive() {
        ProcessIdentity running = process;
        return running != null && running.isAlive();
    }

    @Override
    public void limitLog() {
        server.limitLog();
    }

    @Override
    public boolean isHealthy() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
            return true;
        } catch (IOException refused) {
            return false;
        }
    }

    @Override
    public synchronized void stop() {
        ProcessIdentity running = process != null
                ? process
                : server.remembered().filter(this::worksHere).orElse(null);
        if (running != null) {
            PartProcess.stop(running, "INT", STOP);
            LOG.info("part=temporal stopped pid={}", running.pid());
        }
        process = null;
        server.forget();
    }

    private static void failIfTaken(int port, PortName name) {
        TakenPort.problem(name, port).ifPresent(problem -> {
            throw new PartFailure(NAME, problem);
        });
    }

    private static Map<String, String> searchAttributes() {
        Map<String, String> attributes = new LinkedHashMap<>();
        for (String keyword :
                List.of("SlipwayKind", "SlipwayTenant", "SlipwayStatus", "SlipwayName", "SlipwayResource")) {
            attributes.put(keyword, "Keyword");
        }
        attributes.put("SlipwayGeneration", "Int");
        attributes.put("SlipwayAutoStopAt", "Datetime");
        return attributes;
    }
}
