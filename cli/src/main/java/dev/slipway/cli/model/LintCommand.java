package dev.slipway.cli.model;

import dev.slipway.cli.command.CommandFailure;
import dev.slipway.cli.command.NeedsNoFolder;
import dev.slipway.cli.command.Screen;
import dev.slipway.domain.environment.EnvironmentSpec;
import dev.slipway.domain.model.Dependencies;
import dev.slipway.domain.model.Dependency;
import dev.slipway.domain.model.Engine;
import dev.slipway.domain.model.EngineRuntime;
import dev.slipway.domain.model.Engines;
import dev.slipway.domain.model.ModelConfig;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.formats.imports.ImportReport;
import dev.slipway.formats.imports.PackageImports;
import dev.slipway.formats.model.CallGuide;
import dev.slipway.formats.model.ModelConfigReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lint PATH}: a package by the rules of the import, without an installation. Exit status 1 for a fault. */
@Command(
        name = "lint",
        description = "a package's config.json, files and imports by the rules of the import, without an installation")
public final class LintCommand implements Callable<Integer>, NeedsNoFolder {

    private static final Duration LONGEST_LOOK = Duration.ofSeconds(30);
    private static final String GATEWAY = "https://GATEWAY";

    private final Screen screen;

    @Parameters(paramLabel = "PATH", description = "the folder of a package, with model/config.json in it")
    private Path path = Path.of("");

    @Option(
            names = "--python",
            paramLabel = "PYTHON",
            description = "the Python that runs the models; python3 if it is not given")
    private String python = "";

    public LintCommand(PrintStream out) {
        this.screen = new Screen(out);
    }

    @Override
    public Integer call() throws InterruptedException {
        PackageFolder folder = PackageFolder.at(path);
        ModelConfig config;
        try {
            config = ModelConfigReader.readFile(folder.readConfig());
        } catch (Invalid e) {
            throw new CommandFailure("'%s': %s".formatted(folder.config(), e.getMessage()));
        }
        List<String> files = folder.files();
        Optional<ImportReport> imports = new PackageImports(interpreter(), LONGEST_LOOK).look(folder.model(), files);
        List<String> base = base(config);
        List<String> declared =
                config.dependencies().stream().map(Dependency::name).toList();
        List<String> faults = new ArrayList<>();
        Engines.find(config.type())
                .flatMap(engine -> lack(engine, files, folder))
                .ifPresent(faults::add);
        imports.ifPresent(report -> faults.addAll(report.faults(base, declared)));
        if (ModelConfigReader.declaresBatching(config)) {
            imports.ifPresent(report -> faults.addAll(report.faultsOfBatching()));
        }
        Optional<EnvironmentSpec> environment = environment(config, files, faults);
        List<String> warnings = new ArrayList<>(ModelConfigReader.warnings(config, true));
        imports.ifPresent(report -> warnings.addAll(report.hints(base, declared)));
        if (!faults.isEmpty()) {
            warnings.forEach(warning -> screen.line("a warning: " + warning));
            throw new CommandFailure("'%s': %s".formatted(folder.model(), String.join("; ", faults)));
        }
        screen.line("'%s' is good: model_type %s, runtime %s, %d api%s"
                .formatted(
                        folder.config(),
                        config.type().wireName(),
                        config.runtime() == null ? "by default" : config.runtime(),
                        config.apis().size(),
                        config.apis().size() == 1 ? "" : "s"));
        warnings.forEach(warning -> screen.line("a warning: " + warning));
        environment.map(LintCommand::words).ifPresent(screen::line);
        screen.line(imports.map(report ->
                        "imports were looked at with Python %s; whether the code runs, only the import can tell"
                                .formatted(report.python()))
                .orElse("imports were not looked at: no Python could be started; name one with --python"));
        CallGuide.of(config, GATEWAY).forEach(this::tell);
        return 0;
    }

    private void tell(CallGuide guide) {
        screen.line("");
        screen.line("how to call it: %s %s".formatted(guide.method(), guide.url()));
        screen.line("  curl:   " + guide.curl());
        screen.line("  python:");
        guide.python().lines().forEach(line -> screen.line("    " + line));
        screen.line("  java:");
        guide.java().lines().forEach(line -> screen.line("    " + line));
        String rule = guide.mappingRule();
        if (rule != null) {
            screen.line("  mapping_rule for CSV: " + rule);
        }
    }

    /** What the runtime installs, and what that needs. */
    private static List<String> base(ModelConfig config) {
        return Engines.find(config.type())
                .flatMap(engine -> engine.runtime(config.runtime()))
                .map(EngineRuntime::environment)
                .map(environment -> Stream.concat(environment.packages().stream(), environment.constraints().stream())
                        .toList())
                .orElse(List.of());
    }

    /** What the import would have pip install; a fault where it would not even ask. */
    private static Optional<EnvironmentSpec> environment(ModelConfig config, List<String> files, List<String> faults) {
        Map<String, String> wheels = files.stream()
                .filter(file -> file.endsWith(".whl") && !file.contains("/"))
                .collect(Collectors.toMap(file -> file, file -> ""));
        Dependencies dependencies = new Dependencies(config.dependencies());
        try {
            return Engines.find(config.type())
                    .flatMap(engine -> engine.runtime(config.runtime()))
                    .map(runtime -> dependencies.on(runtime.environment(), wheels));
        } catch (Invalid fault) {
            faults.add(String.valueOf(fault.getMessage()));
            return Optional.empty();
        }
    }

    private static String words(EnvironmentSpec environment) {
        if (environment.isBare()) {
            return "the import installs nothing: the Python of the machine runs it as it is";
        }
        List<String> what = new ArrayList<>(environment.dependencies());
        if (!environment.packages().isEmpty()) {
            what.addFirst("%d packages of engine '%s' (%s ...)"
                    .formatted(
                            environment.packages().size(),
                            environment.engine(),
                            environment.packages().getFirst()));
        }
        return "the import installs %s; whether the index has that, only the import can tell"
                .formatted(String.join(", ", what));
    }

    private static Optional<String> lack(Engine engine, List<String> files, PackageFolder folder) {
        return engine.check(files).map(lack -> "%s: %s".formatted(lack.causeIn(folder.model() + "/"), lack.advice()));
    }

    /** The one that was given, or the first on the path that is a program and not a script which looks for one, as pyenv's is. */
    private String interpreter() {
        if (!python.isEmpty()) {
            return python;
        }
        String path = System.getenv().getOrDefault("PATH", "");
        return Stream.of(path.split(":"))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, "python3"))
                .filter(LintCommand::isProgram)
                .map(Path::toString)
                .findFirst()
                .orElse("python3");
    }

    private static boolean isProgram(Path file) {
        if (!Files.isExecutable(file) || Files.isDirectory(file)) {
            return false;
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] first = in.readNBytes(2);
            return first.length == 2 && !(first[0] == '#' && first[1] == '!');
        } catch (IOException unreadable) {
            return false;
        }
    }

    @Override
    public String inPlaceOfFolder() {
        return "lint reads the package alone and needs no data folder";
    }
}
