package dev.slipway.standalone.command;

import dev.slipway.cli.command.CommandFailure;
import dev.slipway.formats.release.Release;
import dev.slipway.parts.folder.DataFolder;
import dev.slipway.standalone.demo.Demo;
import dev.slipway.standalone.demo.DemoFailure;
import dev.slipway.standalone.demo.DemoTarget;
import dev.slipway.standalone.installation.Installation;
import dev.slipway.standalone.machine.MachineChecks;
import dev.slipway.standalone.run.Role;
import dev.slipway.standalone.run.RunningInstallation;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code demo}: starts everything on a folder of its own and runs the main job on it. */
@Command(
        name = "demo",
        description = "the main job once, step by step, on a data folder of its own",
        footer = {"A named folder is emptied if a demo made it and it was not used otherwise since."})
public final class DemoCommand implements Callable<Integer> {

    private final PrintStream out;

    @Option(names = "--data", paramLabel = "DIR", description = "the data folder (default ./data-demo)")
    private @Nullable Path data;

    @Option(names = "--keep", description = "serves on until Ctrl-C")
    private boolean keep;

    public DemoCommand(PrintStream out) {
        this.out = out;
    }

    @Override
    public Integer call() {
        Path samples = samples();
        DataFolder folder = DemoFolder.make(data, out);
        LogFile.use(folder.log("slipway"));
        Installation installation = Installation.open(folder, folder.settings());
        MachineChecks checks = MachineChecks.beforeStart(installation, Role.all());
        Serving serving =
                new Serving(out, new RunningInstallation(installation, Role.all(), line -> out.printf("  %s%n", line)));
        out.printf("Slipway %s starts on %s%n", Release.version(), folder.root());
        try {
            serving.start(checks);
            String lastLines = new Demo(target(installation, samples), out).run();
            if (keep) {
                DemoFolder.adopt(folder);
                out.print(lastLines);
                try (ServingSummary screen = new ServingSummary(installation, Role.all())) {
                    screen.print(out);
                }
                serving.untilSignal();
            } else {
                serving.stop();
                out.print(lastLines);
            }
            return 0;
        } catch (DemoFailure told) {
            return 1;
        } finally {
            serving.stop();
            checks.close();
        }
    }

    private static DemoTarget target(Installation installation, Path samples) {
        return new DemoTarget(
                installation.api(),
                installation.administrator(),
                new DemoTarget.Bucket(
                        installation.objectsEndpoint(),
                        installation.settings().objects().region(),
                        installation.objectsAccessKey(),
                        installation.objectsSecretKey(),
                        installation.settings().objects().bucket()),
                installation.temporalWorkflows(),
                samples,
                installation.folder().root(),
                installation.folder().log("slipway"));
    }

    private static Path samples() {
        Path samples = Path.of(System.getProperty("slipway.home", ""), "samples");
        if (!Files.isDirectory(samples)) {
            throw new CommandFailure(
                    "the sample packages are not in '%s'; start the demo by the script './slipway' of the checkout"
                            .formatted(samples.toAbsolutePath()));
        }
        return samples;
    }
}
