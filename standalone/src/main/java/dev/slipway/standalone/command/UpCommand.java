package dev.slipway.standalone.command;

import dev.slipway.cli.command.UsageError;
import dev.slipway.standalone.run.Role;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code up}: all roles in one process. */
@Command(name = "up", description = "everything, in the foreground, until Ctrl-C")
public final class UpCommand implements Callable<Integer> {

    private final PrintStream out;

    @Mixin
    private final FolderOptions folder = new FolderOptions();

    @Option(names = "--check", description = "stops once all of it answers")
    private boolean check;

    @Parameters(hidden = true)
    private List<String> names = List.of();

    public UpCommand(PrintStream out) {
        this.out = out;
    }

    @Override
    public Integer call() {
        if (!names.isEmpty()) {
            throw new UsageError(
                    "'up' takes no '%s'; did you mean: ./slipway run %s".formatted(names.getFirst(), names.getFirst()));
        }
        new Foreground(out, "slipway").serve(folder, Role.all(), check);
        return 0;
    }
}
