package dev.slipway.cli;

import dev.slipway.cli.command.Command;
import dev.slipway.cli.command.CommandFailure;
import dev.slipway.cli.command.Usage;
import dev.slipway.cli.command.UsageError;
import dev.slipway.client.ClientFailure;
import dev.slipway.client.NoAnswer;
import dev.slipway.client.RefusedCall;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;

/** The commands of {@code slipway} that need none of its parts; the script starts those here. */
public final class Main {

    private static final String HELP =
            ClientCommands.HELP + "\n" + ClientCommands.LOGIN + "All commands: ./slipway help\n";

    private static final int WRONG_USE = 2;

    private Main() {}

    public static void main(String[] words) {
        int status = run(List.of(words), System.getenv(), System.out, System.err);
        System.out.flush();
        System.exit(status);
    }

    static int run(List<String> words, Map<String, String> environment, PrintStream out, PrintStream err) {
        String name = words.isEmpty() ? "" : words.getFirst();
        Command command = ClientCommands.all(environment, out).get(name);
        List<String> rest = command == null ? words : words.subList(1, words.size());
        if (Usage.isAskedFor(rest)) {
            out.print(command == null ? HELP : ClientCommands.usage(name));
            return 0;
        }
        if (command == null) {
            err.printf("slipway: '%s' is no command of these%n%n%s", name, HELP);
            return WRONG_USE;
        }
        try {
            return command.run(rest);
        } catch (UsageError e) {
            err.printf("slipway %s: %s%n", name, e.getMessage());
            return WRONG_USE;
        } catch (CommandFailure e) {
            err.printf("slipway %s: %s%n", name, e.getMessage());
            return 1;
        } catch (ClientFailure e) {
            err.printf("slipway %s: %s%n", name, told(e));
            return 1;
        } catch (RuntimeException e) { // the edge of the command: its caller wants a line and not a trace
            err.printf("slipway %s: this is a bug: %s%n", name, e);
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
