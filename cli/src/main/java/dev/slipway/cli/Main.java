package dev.slipway.cli;

import dev.slipway.cli.command.CommandFailure;
import dev.slipway.cli.command.CommandTable;
import dev.slipway.cli.command.RootCommand;
import dev.slipway.client.ClientFailure;
import dev.slipway.client.NoAnswer;
import dev.slipway.client.RefusedCall;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;

/** The commands of {@code slipway} that need none of its parts; the script starts those here. */
public final class Main {

    private Main() {}

    @Command(
            description = "The commands that need no installation beside them. All commands: ./slipway help",
            footer = "Usage of one: ./slipway COMMAND --help")
    static final class Root extends RootCommand {}

    public static void main(String[] words) {
        int status = run(List.of(words), System.getenv(), System.out, System.err);
        System.out.flush();
        System.exit(status);
    }

    static int run(List<String> words, Map<String, String> environment, PrintStream out, PrintStream err) {
        CommandTable table = new CommandTable(new Root(), out, err);
        ClientCommands.addTo(table, environment, out);
        String name = table.named(words);
        try {
            return table.run(words);
        } catch (CommandFailure e) {
            err.printf("%s: %s%n", name, e.getMessage());
            return 1;
        } catch (ClientFailure e) {
            err.printf("%s: %s%n", name, told(e));
            return 1;
        } catch (Exception e) { // the edge of the command: its caller wants a line and not a trace
            err.printf("%s: this is a bug: %s%n", name, e);
            return 1;
        }
    }

    private static String told(ClientFailure failure) {
        return switch (failure) {
            case RefusedCall refusal -> refusal.reason();
            case NoAnswer none -> String.valueOf(none.getMessage());
        };
    }
}
