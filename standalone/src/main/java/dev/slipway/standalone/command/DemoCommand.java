package dev.slipway.standalone.command;

import dev.slipway.parts.folder.DataFolder;
import dev.slipway.standalone.demo.Demo;
import dev.slipway.standalone.demo.DemoFailure;
import dev.slipway.standalone.demo.DemoTarget;
import dev.slipway.standalone.installation.Installation;
import dev.slipway.standalone.run.Role;
import dev.slipway.standalone.run.RunningInstallation;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** {@code demo}: everything on a folder of its own, emptied at the start, and the whole story told on it. */
public final class DemoCommand implements Command {

    private final PrintStream out;

    public DemoCommand(PrintStream out) {
        this.out = out;
    }

    @Override
    public int run(List<String> words) {
        Arguments arguments = new Arguments(words, Set.of("--data"), Set.of("--keep"));
        Path data = arguments.folder("data-demo");
        Path samples = samples();
        empty(data);
        DataFolder folder = DataFolder.open(data);
        LogFile.use(folder.log("slipway"));
        Installation installation = Installation.open(folder, folder.settings());
        Serving serving =
                new Serving(out, new RunningInstallation(installation, Role.all(), line -> out.printf("  %s%n", line)));
        out.printf("Slipway starts on %s%n", folder.root());
        try {
            serving.start();
            new Demo(target(installation, samples), out).run();
            if (arguments.has("--keep")) {
                new Screen(installation).print(out);
                serving.untilSignal();
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

    /** Ends what lives of an earlier demo and removes its files. Touches no folder that is not one of ours. */
    private void empty(Path data) {
        if (!Files.exists(data)) {
            return;
        }
        if (DataFolder.existing(data).isEmpty()) {
            throw new CommandFailure(
                    "'%s' is there and is no data folder of Slipway; the demo empties its folder, so choose another by --data"
                            .formatted(data));
        }
        new DownCommand(out).run(List.of("--data", data.toString()));
        try (Stream<Path> paths = Files.walk(data)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot empty '" + data + "'", e);
        }
    }
}
