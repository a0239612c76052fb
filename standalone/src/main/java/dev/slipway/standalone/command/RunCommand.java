package dev.slipway.standalone.command;

import dev.slipway.cli.command.UsageError;
import dev.slipway.standalone.run.Role;
import java.io.PrintStream;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code run NAMES}: some of the roles in one process. */
@Command(name = "run", description = "some of it, in the foreground: parts, api, worker, gateway, joined by commas")
public final class RunCommand implements Callable<Integer> {

    private final PrintStream out;

    @Mixin
    private final FolderOptions folder = new FolderOptions();

    @Option(names = "--check", description = "stops once all of it answers")
    private boolean check;

    @Parameters(paramLabel = "NAMES", description = "with NAMES of parts,api,worker,gateway, joined by commas")
    private String names = "";

    public RunCommand(PrintStream out) {
        this.out = out;
    }

    @Override
    public Integer call() {
        Set<Role> roles = roles();
        new Foreground(out, Role.keys(roles).replace(',', '-')).serve(folder, roles, check);
        return 0;
    }

    private Set<Role> roles() {
        try {
            return Role.parse(names);
        } catch (IllegalArgumentException e) {
            throw new UsageError(String.valueOf(e.getMessage()));
        }
    }
}
