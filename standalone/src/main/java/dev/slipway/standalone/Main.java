package dev.slipway.standalone;

import dev.slipway.cli.ClientCommands;
import dev.slipway.cli.command.Command;
import dev.slipway.cli.command.CommandFailure;
import dev.slipway.cli.command.Usage;
import dev.slipway.cli.command.UsageError;
import dev.slipway.client.ClientFailure;
import dev.slipway.formats.json.NearestName;
import dev.slipway.parts.PartFailure;
import dev.slipway.parts.folder.FolderInUse;
import dev.slipway.parts.folder.FolderUnusable;
import dev.slipway.standalone.command.DemoCommand;
import dev.slipway.standalone.command.DoctorCommand;
import dev.slipway.standalone.command.DownCommand;
import dev.slipway.standalone.command.EnvCommand;
import dev.slipway.standalone.command.GatewayCommand;
import dev.slipway.standalone.command.StatusCommand;
import dev.slipway.standalone.command.UpCommand;
import dev.slipway.standalone.run.StartFailure;
import dev.slipway.standalone.settings.SettingsProblem;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.LogManager;
import org.slf4j.LoggerFactory;

/** The command {@code slipway}. */
public final class Main {

    private static final String OPTIONS =
            "%s: --data DIR (default ./data), --config FILE (default DIR/slipway.yml, else ./slipway.yml)\n";
    private static final String OPTION_OF_DEMO = "Option: --data DIR (default ./data-demo)\n";
    private static final String HELP =
            """
            Slipway: from a model package to a running, upgradable service, and batch inference.

              ./slipway demo [--keep]        the main job once, in ./data-demo (or --data DIR); --keep serves on until Ctrl-C
              ./slipway up [--check]         everything, in the foreground, until Ctrl-C; --check stops once all of it answers
              ./slipway run NAMES            some of it: parts, api, worker, gateway, joined by commas
              eval "$(./slipway env)"        the variables that clients know
              ./slipway status               parts, services and instances on one screen
            """ + ClientCommands.HELP + """
              ./slipway down                 ends what lives of a data folder
              ./slipway gateway list         the gateways that rollouts wait for
              ./slipway gateway forget ID    takes one that is gone for good off their register; --force: also one that seems alive
              ./slipway doctor               what was found here, what is missing and what to do

            """ + OPTIONS.formatted("Options of all but logs, batch, lint and demo")
                    + ClientCommands.LOGIN + "Usage of one: ./slipway COMMAND --help\n";

    private static final int WRONG_USE = 2;

    private Main() {}

    public static void main(String[] words) {
        // Tomcat and the PostgreSQL driver log by java.util.logging, which would print to the terminal.
        LogManager.getLogManager().reset();
        LogManager.getLogManager().getLogger("").setLevel(Level.WARNING);
        int status = run(List.of(words), System.out, System.err);
        System.out.flush();
        System.exit(status);
    }

    static int run(List<String> words, PrintStream out, PrintStream err) {
        Map<String, Command> commands = commands(out, err);
        String name = words.isEmpty() ? "help" : words.getFirst();
        if (name.equals("help") || name.equals("--help") || name.equals("-h")) {
            out.print(HELP);
            return 0;
        }
        Command command = commands.get(name);
        if (command == null) {
            String nearest = NearestName.of(name, commands.keySet())
                    .map(", did you mean '%s'"::formatted)
                    .orElse("");
            err.printf("slipway: '%s' is no command%s%n%n%s", name, nearest, HELP);
            return WRONG_USE;
        }
        if (Usage.isAskedFor(words)) {
            out.print(usage(name));
            return 0;
        }
        try {
            return command.run(words.subList(1, words.size()));
        } catch (UsageError e) {
            err.printf("slipway %s: %s%n", name, e.getMessage());
            return WRONG_USE;
        } catch (CommandFailure
                | ClientFailure
                | FolderInUse
                | FolderUnusable
                | PartFailure
                | SettingsProblem
                | StartFailure e) {
            err.printf("slipway %s: %s%n", name, e.getMessage());
            return 1;
        } catch (Throwable e) { // the edge of the command: otherwise its threads would go on running
            LoggerFactory.getLogger(Main.class).error("command={} failed", name, e);
            err.printf("slipway %s: %s%n", name, e);
            for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
                err.printf("  because: %s%n", cause);
            }
            err.printf(
                    "what to do: read the log file (%s); './slipway doctor' checks this machine%n",
                    System.getProperty("slipway.log", "none"));
            return 1;
        }
    }

    private static String usage(String name) {
        String ofClient = ClientCommands.usage(name);
        if (!ofClient.isEmpty()) {
            return ofClient;
        }
        String options = name.equals("demo") ? OPTION_OF_DEMO : OPTIONS.formatted("Options");
        return Usage.of(name, HELP) + "\n" + options;
    }

    private static Map<String, Command> commands(PrintStream out, PrintStream err) {
        Map<String, Command> commands = new LinkedHashMap<>(ClientCommands.all(System.getenv(), out));
        commands.put("up", UpCommand.up(out));
        commands.put("run", UpCommand.run(out));
        commands.put("env", new EnvCommand(out, err));
        commands.put("status", new StatusCommand(out));
        commands.put("down", new DownCommand(out));
        commands.put("gateway", new GatewayCommand(out, err));
        commands.put("doctor", new DoctorCommand(out));
        commands.put("demo", new DemoCommand(out));
        return commands;
    }
}
