package dev.slipway.standalone.command;

import dev.slipway.cli.command.Arguments;
import dev.slipway.cli.command.Command;
import dev.slipway.cli.command.UsageError;
import dev.slipway.parts.folder.DataFolder;
import dev.slipway.standalone.installation.Installation;
import dev.slipway.standalone.run.Role;
import dev.slipway.standalone.run.RunningInstallation;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code up} and {@code run NAMES}: serves in the foreground until Ctrl-C or SIGTERM; with {@code --check} it stops once everything
 * answers.
 */
public final class UpCommand implements Command {

    private final PrintStream out;
    private final boolean everything;

    private UpCommand(PrintStream out, boolean everything) {
        this.out = out;
        this.everything = everything;
    }

    public static UpCommand up(PrintStream out) {
        return new UpCommand(out, true);
    }

    public static UpCommand run(PrintStream out) {
        return new UpCommand(out, false);
    }

    @Override
    public int run(List<String> words) {
        Arguments arguments = new Arguments(words, Set.of("--data", "--config"), Set.of("--check"));
        Set<Role> roles = roles(arguments);
        serve(arguments.folder("data"), arguments.config(), roles, arguments.has("--check"));
        return 0;
    }

    private Set<Role> roles(Arguments arguments) {
        if (everything) {
            if (!arguments.values().isEmpty()) {
                throw new UsageError("'up' takes no '%s'; did you mean: ./slipway run %s"
                        .formatted(
                                arguments.values().getFirst(),
                                arguments.values().getFirst()));
            }
            return Role.all();
        }
        if (arguments.values().size() != 1) {
            throw new UsageError("expected: ./slipway run NAMES, with NAMES of %s, joined by commas"
                    .formatted(Role.keys(Role.all())));
        }
        try {
            return Role.parse(arguments.values().getFirst());
        } catch (IllegalArgumentException e) {
            throw new UsageError(String.valueOf(e.getMessage()));
        }
    }

    private void serve(Path data, @Nullable Path config, Set<Role> roles, boolean check) {
        long began = System.nanoTime();
        DataFolder folder = DataFolder.open(data);
        LogFile.use(folder.log(everything ? "slipway" : Role.keys(roles).replace(',', '-')));
        Installation installation = Installation.open(folder, config);
        Serving serving =
                new Serving(out, new RunningInstallation(installation, roles, line -> out.printf("  %s%n", line)));
        DemoFolder.adopt(folder);
        out.printf("Slipway starts on %s%n", folder.root());
        try (ServingSummary screen = new ServingSummary(installation, roles)) {
            serving.start();
            out.printf(
                    "%nSlipway serves (%s), ready after %.1f s%n", Role.keys(roles), (System.nanoTime() - began) / 1e9);
            screen.print(out);
        }
        if (check) {
            serving.stop();
        } else {
            serving.untilSignal();
        }
    }
}
