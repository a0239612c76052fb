package dev.slipway.standalone.command;

import dev.slipway.cli.command.Arguments;
import dev.slipway.cli.command.Command;
import dev.slipway.cli.command.CommandFailure;
import dev.slipway.parts.folder.DataFolder;
import dev.slipway.standalone.demo.Demo;
import dev.slipway.standalone.demo.DemoFailure;
import dev.slipway.standalone.demo.DemoTarget;
import dev.slipway.standalone.installation.Installation;
import dev.slipway.standalone.run.Role;
import dev.slipway.standalone.run.RunningInstallation;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** {@code demo}: starts everything on a folder of its own and runs the main job on it. */
public final class DemoCommand implements Command {

    private final PrintStream out;

    public DemoCommand(PrintStream out) {
        this.out = out;
    }

    @Override
    public int run(List<String> words) {
        Arguments arguments = new Arguments(words, Set.of("--data"), Set.of("--keep"));
        Path samples = samples();
        DataFolder folder = DemoFolder.make(arguments.folder(), out);
        LogFile.use(folder.log("slipway"));
        Installation installation = Installation.open(folder, folder.settings());
        Serving serving =
                new Serving(out, new RunningInstallation(installation, Role.all(), line -> out.printf("  %s%n", line)));
        out.printf("Slipway starts on %s%n", folder.root());
        try {
            serving.start();
            String lastLines = new Demo(target(installation, samples), out).run();
            if (arguments.has("--keep")) {
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
