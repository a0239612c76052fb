package dev.slipway.cli.batch;

import dev.slipway.cli.access.LoginVariables;
import dev.slipway.cli.command.NeedsNoFolder;
import dev.slipway.cli.command.Screen;
import dev.slipway.client.SlipwayClient;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code batch resume ID}. */
@Command(
        name = "resume",
        description = "the task goes on after a pause with what is not done",
        footer = LoginVariables.FOOTER)
public final class ResumeCommand implements Callable<Integer>, NeedsNoFolder {

    private final LoginVariables variables;
    private final Screen screen;

    @Parameters(paramLabel = "ID", description = "the id or the name of a batch service")
    private String wanted = "";

    public ResumeCommand(LoginVariables variables, PrintStream out) {
        this.variables = variables;
        this.screen = new Screen(out);
    }

    @Override
    public Integer call() {
        try (SlipwayClient client = variables.connect()) {
            String id = BatchLookup.find(client, wanted).item().serviceId();
            client.services().resumeTask(id);
            screen.line(
                    "batch %s is asked to go on; './slipway batch %s' shows how far it is".formatted(wanted, wanted));
            return 0;
        }
    }

    @Override
    public String inPlaceOfFolder() {
        return LoginVariables.IN_PLACE_OF_FOLDER;
    }
}
