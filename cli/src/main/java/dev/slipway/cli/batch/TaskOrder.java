package dev.slipway.cli.batch;

import dev.slipway.cli.access.LoginVariables;
import dev.slipway.cli.command.NeedsNoFolder;
import dev.slipway.cli.command.Screen;
import dev.slipway.client.SlipwayClient;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import picocli.CommandLine.Parameters;

/** Asks for something that becomes of the task of one batch service, and says so in a line. */
abstract class TaskOrder implements Callable<Integer>, NeedsNoFolder {

    private final LoginVariables variables;
    private final Screen screen;

    @Parameters(paramLabel = "ID", description = "the id or the name of a batch service")
    private String wanted = "";

    TaskOrder(LoginVariables variables, PrintStream out) {
        this.variables = variables;
        this.screen = new Screen(out);
    }

    /** Asks for it. */
    abstract void send(SlipwayClient client, String serviceId);

    /** What to say then, of the service as the user named it. */
    abstract String said(String name);

    @Override
    public final Integer call() {
        try (SlipwayClient client = variables.connect()) {
            send(client, BatchLookup.find(client, wanted).item().serviceId());
            screen.line("batch %s %s".formatted(wanted, said(wanted)));
            return 0;
        }
    }

    @Override
    public final String inPlaceOfFolder() {
        return LoginVariables.IN_PLACE_OF_FOLDER;
    }
}
