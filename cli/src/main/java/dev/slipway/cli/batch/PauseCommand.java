package dev.slipway.cli.batch;

import dev.slipway.cli.access.LoginVariables;
import dev.slipway.cli.command.NeedsNoFolder;
import dev.slipway.cli.command.Screen;
import dev.slipway.client.SlipwayClient;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code batch pause ID}. */
@Command(name = "pause", description = "the task rests at the next record boundary", footer = LoginVariables.FOOTER)
public final class PauseCommand implements Callable<Integer>, NeedsNoFolder {

    private final LoginVariables variables;
    private final Screen screen;

    @Parameters(paramLabel = "ID", description = "the id or the name of a batch service")
    private String wanted = "";

    public PauseCommand(LoginVariables variables, PrintStream out) {
        this.variables = variables;
        this.screen = new Screen(out);
    }

    @Override
    public Integer call() {
        try (SlipwayClient client = variables.connect()) {
            String id = BatchLookup.find(client, wanted).item().serviceId();
            client.services().pauseTask(id);
            screen.line(
                    "batch %s  instances and places are given back, what is answered is kept:is asked to pause; './slipway batch resume %s' goes on"
                            .formatted(wanted, wanted));
            return 0;
        }
    }

    @Override
    public String inPlaceOfFolder() {
        return LoginVariables.IN_PLACE_OF_FOLDER;
    }
}
