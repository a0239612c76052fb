package dev.slipway.cli;

import dev.slipway.cli.access.LoginVariables;
import dev.slipway.cli.batch.BatchCommand;
import dev.slipway.cli.command.CommandTable;
import dev.slipway.cli.event.LogsCommand;
import dev.slipway.cli.model.LintCommand;
import java.io.PrintStream;
import java.util.Map;

/** The commands of this module. */
public final class ClientCommands {

    private ClientCommands() {}

    /** @param environment of the process, for the login */
    public static void addTo(CommandTable table, Map<String, String> environment, PrintStream out) {
        LoginVariables variables = new LoginVariables(environment);
        table.with(new LogsCommand(variables, out))
                .with(new BatchCommand(variables, out))
                .with(new LintCommand(out));
    }
}
