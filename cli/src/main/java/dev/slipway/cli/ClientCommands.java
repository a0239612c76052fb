package dev.slipway.cli;

import dev.slipway.cli.access.LoginVariables;
import dev.slipway.cli.batch.BatchCommand;
import dev.slipway.cli.command.Command;
import dev.slipway.cli.command.Usage;
import dev.slipway.cli.event.LogsCommand;
import dev.slipway.cli.model.LintCommand;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;

/** The commands of this module and their help. */
public final class ClientCommands {

    public static final String HELP = """
              ./slipway logs ID              the events of a service or a model, by id or name, with cause and advice
              ./slipway logs ID INSTANCE     the end of what an instance of a service printed
              ./slipway batch ID             the task of a batch service: how far it is, and what came out
              ./slipway lint FOLDER          the config.json of a package by the rules of the import, without an installation
            """;

    /** How logs and batch find the API. */
    public static final String LOGIN =
            "logs and batch ask the API, logged in by variables: eval \"$(./slipway env --data DIR)\" first.\n";

    private ClientCommands() {}

    /** The usage of a command of this module; empty if it is none. */
    public static String usage(String name) {
        String usage = Usage.of(name, HELP);
        return usage.isEmpty() || name.equals("lint") ? usage : usage + "\n" + LOGIN;
    }

    /** @param environment of the process, for the login */
    public static Map<String, Command> all(Map<String, String> environment, PrintStream out) {
        LoginVariables variables = new LoginVariables(environment);
        Map<String, Command> commands = new LinkedHashMap<>();
        commands.put("logs", new LogsCommand(variables, out));
        commands.put("batch", new BatchCommand(variables, out));
        commands.put("lint", new LintCommand(out));
        return commands;
    }
}
