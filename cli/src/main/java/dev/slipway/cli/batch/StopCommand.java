package dev.slipway.cli.batch;

import dev.slipway.cli.access.LoginVariables;
import dev.slipway.cli.command.NeedsNoFolder;
import dev.slipway.cli.command.Screen;
import dev.slipway.client.SlipwayClient;
import dev.slipway.formats.service.UpdateServiceBody;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code batch stop ID}. */
@Command(name = "stop", description = "ends the task", footer = LoginVariables.FOOTER)
public final class StopCommand implements Callable<Integer>, NeedsNoFolder {

    private final LoginVariables variables;
    private final Screen screen;

    @Parameters(paramLabel = "ID", description = "the id or the name of a batch service")
    private String wanted = "";

    public StopCommand(LoginVariables variables, PrintStream out) {
        this.variables = variables;
        this.screen = new Screen(out);
    }

    @Override
    public Integer call() {
        try (SlipwayClient client = variables.connect()) {
            String id = BatchLookup.find(client, wanted).item().serviceId();
            client.services().update(id, UpdateServiceBody.status("stopped"));
            screen.line(
                    "batch %s  what is answered stays, all other records are FAILED 'cancelled':is asked to stop; './slipway batch watch %s' follows it to its end"
                            .formatted(wanted, wanted));
            return 0;
        }
    }

    @Override
    public String inPlaceOfFolder() {
        return LoginVariables.IN_PLACE_OF_FOLDER;
    }
}
