package dev.slipway.standalone.command;

import dev.slipway.adapters.local.LocalSettings;
import dev.slipway.adapters.local.PipSettings;
import dev.slipway.adapters.local.SandboxCheck;
import dev.slipway.formats.release.Release;
import dev.slipway.parts.Part;
import dev.slipway.parts.folder.PortName;
import dev.slipway.parts.folder.Ports;
import dev.slipway.parts.process.Processes;
import dev.slipway.standalone.installation.Installation;
import dev.slipway.standalone.machine.Finding;
import dev.slipway.standalone.machine.MachineChecks;
import dev.slipway.standalone.run.ServerChecks;
import dev.slipway.standalone.shell.ShellWord;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code doctor}: what was found, what is embedded, what is missing and what to do. Exit status 1 if something required is missing. */
@Command(name = "doctor", description = "what was found here, what is missing and what to do")
public final class DoctorCommand implements Callable<Integer> {

    private final PrintStream out;

    @Mixin
    private final FolderOptions options = new FolderOptions();

    private boolean missing;

    public DoctorCommand(PrintStream out) {
        this.out = out;
    }

    @Override
    public Integer call() {
        Optional<Installation> found = options.found();
        out.println("This machine");
        good("Slipway", Release.version());
        jdk();
        machine(found);
        out.println("Data folder");
        if (found.isEmpty()) {
            good("data", "'%s': nothing was ever started here; './slipway up' makes it".formatted(options.data()));
            good(
                    "embedded",
                    "PostgreSQL 18, Temporal's dev server, S3Proxy, unless slipway.yml names servers of yours");
            engines(LocalSettings.usual("python3"));
            sandbox(LocalSettings.usual("python3"));
        } else {
            Installation installation = found.get();
            installation
                    .fault()
                    .ifPresentOrElse(
                            fault -> bad("settings", SettingsNote.of(fault)),
                            () -> good("settings", ShellWord.typed(installation.file())));
            engines(installation.localSettings());
            sandbox(installation.localSettings());
            servers(installation);
            ports(installation);
        }
        out.println(
                missing ? "Something needed is missing: see the lines with 'MISSING'." : "Nothing needed is missing.");
        return missing ? 1 : 0;
    }

    /** By the checks that a start makes too. */
    private void machine(Optional<Installation> found) {
        try (MachineChecks checks =
                found.map(MachineChecks::of).orElseGet(() -> MachineChecks.ofNewFolder(options.data()))) {
            for (Finding finding : checks.findings()) {
                switch (finding.mark()) {
                    case GOOD -> good(finding.what(), finding.text());
                    case NOTE -> note(finding.what(), finding.text());
                    case MISSING -> bad(finding.what(), finding.text());
                }
            }
        }
    }

    private void jdk() {
        good("JDK", "%s at %s".formatted(Runtime.version(), System.getProperty("java.home")));
    }

    private void engines(LocalSettings settings) {
        for (EngineChecks.Line line : EngineChecks.of(settings)) {
            switch (line.mark()) {
                case GOOD -> good(line.engine(), line.text());
                case NOTE -> note(line.engine(), line.text());
                case BAD -> bad(line.engine(), line.text());
            }
        }
    }

    /** By starting one with the interpreter of models: a sandbox that is there and can't be used is none. */
    private void sandbox(LocalSettings settings) {
        Path scratch = null;
        try {
            scratch = Files.createTempDirectory("slipway-doctor-");
            SandboxCheck check = sandboxOf(settings, scratch);
            String sentence = ModelSandbox.sentence(check);
            if (check.kind() == null) {
                bad("models", sentence);
            } else if (check.isUsed()) {
                good("models", sentence);
            } else {
                note("models", sentence);
            }
            packages(settings.pip(), check);
            String groups = check.limits();
            note(
                    "limits",
                    "memory, processes and disk of an instance are watched"
                            + (groups == null ? "" : "; " + besides(groups)));
        } catch (IOException failure) {
            bad("models", "no sandbox can be tried: " + failure.getMessage());
        } finally {
            if (scratch != null) {
                delete(scratch);
            }
        }
    }

    /** Where the packages of models come from. */
    private void packages(PipSettings pip, SandboxCheck sandbox) {
        String index = pip.index().equals(PipSettings.NO_INDEX) ? "the models' own wheels alone" : pip.shownIndex();
        if (!pip.sources().built()) {
            good("packages", "wheels from %s; source packages are refused ('build.source-packages')".formatted(index));
        } else if (sandbox.isUsed()) {
            good("packages", "wheels from %s; source packages are built in a sandbox".formatted(index));
        } else {
            bad(
                    "packages",
                    "'build.source-packages' is true, and no sandbox works in which they could be built: apt-get install bubblewrap, or set it to false");
        }
    }

    private static String besides(String limits) {
        return limits.startsWith("none")
                ? "control groups would bind them more tightly and are not for this user, which is usual (%s)"
                        .formatted(limits)
                : "besides: " + limits;
    }

    private static SandboxCheck sandboxOf(LocalSettings settings, Path scratch) {
        try (ModelSandbox sandbox = ModelSandbox.begin(settings, scratch)) {
            return sandbox.result();
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException left) {
            // It is a folder for temporary files.
        }
    }

    private void servers(Installation installation) {
        ServerChecks servers = ServerChecks.ofAll(installation);
        if (installation.isDatabaseEmbedded()) {
            embedded("database", "embedded PostgreSQL 18", installation.holdsDatabase(), servers::database);
        } else {
            String url = installation.databaseUrl();
            yours("database", url, servers.database(), "database.url");
        }
        if (installation.isTemporalEmbedded()) {
            embedded("temporal", "embedded dev server", installation.holdsTemporal(), servers::temporal);
            note(
                    "temporal",
                    "whoever reaches its port on this machine may do all in every project%s"
                            .formatted(
                                    installation.settings().temporal().hasEmbeddedUi()
                                            ? ", also by its UI; 'temporal: {embedded-ui: false}' in slipway.yml switches the UI off"
                                            : ""));
        } else {
            String address = installation.temporal().address();
            yours("temporal", address, servers.temporal(), "temporal.address");
            if (installation.temporal().tls() == null) {
                note(
                        "temporal",
                        "the connection is in the clear, and whoever reaches the server may do all in every project; see temporal.tls");
            }
        }
        if (installation.areObjectsEmbedded()) {
            embedded("objects", "embedded S3Proxy", installation.holdsObjects(), servers::objects);
        } else {
            String endpoint = installation.objectsEndpoint();
            yours("objects", endpoint, servers.objects(), "objects.endpoint");
        }
    }

    /** One that does not run is started by the next 'up'. */
    private void embedded(String name, String what, boolean runs, Supplier<Optional<String>> problem) {
        if (!runs) {
            good(name, what);
            return;
        }
        problem.get()
                .ifPresentOrElse(
                        why -> bad(
                                name,
                                "%s runs and cannot be used: %s. What to do: look whether its process was stopped (SIGSTOP) or its disk hangs; './slipway down' and './slipway up' start it anew"
                                        .formatted(what, why)),
                        () -> good(name, what + ", which answers"));
    }

    private void yours(String name, String address, Optional<String> problem, String setting) {
        if (problem.isEmpty()) {
            good(name, "yours: %s, which answers".formatted(address));
        } else {
            bad(
                    name,
                    "yours: %s cannot be used: %s. What to do: start it, or correct slipway.yml: %s"
                            .formatted(address, problem.get(), setting));
        }
    }

    private void ports(Installation installation) {
        Map<Integer, PortName> expected = new TreeMap<>();
        Map<String, Integer> kept = installation.folder().ports().kept();
        for (PortName name : PortName.values()) {
            Integer port = kept.get(name.key());
            if (port != null) {
                expected.put(port, name);
            }
        }
        Set<Long> ours = new HashSet<>();
        for (Part part : installation.parts(line -> {})) {
            Processes.workingIn(installation.folder().root().resolve(part.name()))
                    .forEach(process -> ours.add(process.pid()));
        }
        installation.folder().holders().values().stream()
                .filter(pid -> pid.matches("[0-9]+"))
                .map(Long::valueOf)
                .forEach(ours::add);
        expected.forEach((port, name) -> {
            if (Ports.isFree(port)) {
                good("port " + port, name.key() + ": free");
                return;
            }
            boolean isOurs = Processes.listeningOn(port)
                    .map(holder -> ours.contains(holder.pid()))
                    .orElse(false);
            String holder = Processes.listeningOn(port).map(Object::toString).orElse("somebody");
            if (isOurs) {
                good("port " + port, "%s: in use by this installation, %s".formatted(name.key(), holder));
            } else {
                bad(
                        "port " + port,
                        "%s: held by %s. What to do: stop that one, or move the port in slipway.yml: %s"
                                .formatted(name.key(), holder, name.setting()));
            }
        });
    }

    private void good(String what, String text) {
        line("ok", what, text);
    }

    private void note(String what, String text) {
        line("note", what, text);
    }

    private void bad(String what, String text) {
        missing = true;
        line("MISSING", what, text);
    }

    private void line(String mark, String what, String text) {
        out.printf("  %-8s %-12s %s%n", mark, what, text);
    }
}
