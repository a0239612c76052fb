package dev.slipway.standalone;

import dev.slipway.cli.ClientCommands;
import dev.slipway.cli.command.CommandFailure;
import dev.slipway.cli.command.CommandTable;
import dev.slipway.cli.command.RootCommand;
import dev.slipway.client.ClientFailure;
import dev.slipway.parts.PartFailure;
import dev.slipway.parts.folder.FolderInUse;
import dev.slipway.parts.folder.FolderUnusable;
import dev.slipway.standalone.command.DemoCommand;
import dev.slipway.standalone.command.DoctorCommand;
import dev.slipway.standalone.command.DownCommand;
import dev.slipway.standalone.command.EnvCommand;
import dev.slipway.standalone.command.GatewayCommand;
import dev.slipway.standalone.command.RunCommand;
import dev.slipway.standalone.command.StatusCommand;
import dev.slipway.standalone.command.UpCommand;
import dev.slipway.standalone.run.StartFailure;
import dev.slipway.standalone.settings.SettingsProblem;
import java.io.PrintStream;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.LogManager;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;

/** The command {@code slipway}. */
public final class Main {

    private Main() {}

    @Command(
            description = "Slipway: from a model package to a running, upgradable service, and batch inference.",
            footer = {
                "Most commands take --data DIR (default ./data) and --config FILE (default DIR/slipway.yml, else ./slipway.yml).",
                "logs and batch ask the API, logged in by variables: eval \"$(./slipway env --data DIR)\" first.",
                "dist packs a build into one archive, a release: ./slipway dist --help",
                "Usage of one: ./slipway COMMAND --help, or ./slipway help COMMAND"
            })
    static final class Root extends RootCommand {}

    public static void main(String[] words) {
        // Tomcat and the PostgreSQL driver log by java.util.logging, which would print to the terminal.
        LogManager.getLogManager().reset();
        LogManager.getLogManager().getLogger("").setLevel(Level.WARNING);
        int status = run(List.of(words), System.out, System.err);
        System.out.flush();
        System.exit(status);
    }

    static int run(List<String> words, PrintStream out, PrintStream err) {
        CommandTable table = table(out, err);
        String name = table.named(words);
        try {
            return table.run(words);
        } catch (CommandFailure
                | ClientFailure
                | FolderInUse
                | FolderUnusable
                | PartFailure
                | SettingsProblem
                | StartFailure e) {
            err.printf("%s: %s%n", name, e.getMessage());
            return 1;
        } catch (Throwable e) { // the edge of the command: otherwise its threads would go on running
            LoggerFactory.getLogger(Main.class).error("command={} failed", name, e);
            err.printf("%s: %s%n", name, e);
            for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
                err.printf("  because: %s%n", cause);
            }
            err.printf(
                    "what to do: read the log file (%s); './slipway doctor' checks this machine%n",
                    System.getProperty("slipway.log", "none"));
            return 1;
        }
    }

    private static CommandTable table(PrintStream out, PrintStream err) {
        CommandTable table = new CommandTable(new Root(), out, err)
                .with(new DemoCommand(out))
                .with(new UpCommand(out))
                .with(new RunCommand(out))
                .with(new EnvCommand(out, err))
                .with(new StatusCommand(out));
        ClientCommands.addTo(table, System.getenv(), out);
        return table.with(new DownCommand(out))
                .with(new GatewayCommand(out, err))
                .with(new DoctorCommand(out));
    }
}
