package dev.slipway.cli;

import dev.slipway.cli.access.LoginVariables;
import dev.slipway.cli.batch.BatchCommand;
import dev.slipway.cli.batch.PauseCommand;
import dev.slipway.cli.batch.ResumeCommand;
import dev.slipway.cli.batch.RunCommand;
import dev.slipway.cli.batch.StartCommand;
import dev.slipway.cli.batch.StopCommand;
import dev.slipway.cli.batch.WatchCommand;
import dev.slipway.cli.command.CommandTable;
import dev.slipway.cli.event.LogsCommand;
import dev.slipway.cli.model.LintCommand;
import java.io.PrintStream;
import java.util.Map;
import picocli.CommandLine;

/** The commands of this module. */
public final class ClientCommands {

    private ClientCommands() {}

    /** @param environment of the process, for the login */
    public static void addTo(CommandTable table, Map<String, String> environment, PrintStream out) {
        LoginVariables variables = new LoginVariables(environment);
        table.with(new LogsCommand(variables, out))
                .with(new CommandLine(new BatchCommand(variables, out))
                        .addSubcommand(new RunCommand(variables, out))
                        .addSubcommand(new WatchCommand(variables, out))
                        .addSubcommand(new PauseCommand(variables, out))
                        .addSubcommand(new ResumeCommand(variables, out))
                        .addSubcommand(new StopCommand(variables, out))
                        .addSubcommand(new StartCommand(variables, out)))
                .with(new LintCommand(out));
    }
}
