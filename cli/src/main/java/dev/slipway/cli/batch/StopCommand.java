package dev.slipway.cli.batch;

import dev.slipway.cli.access.LoginVariables;
import dev.slipway.client.SlipwayClient;
import dev.slipway.formats.service.UpdateServiceBody;
import java.io.PrintStream;
import picocli.CommandLine.Command;

/** {@code batch stop ID}. */
@Command(name = "stop", description = "ends the task", footer = LoginVariables.FOOTER)
public final class StopCommand extends TaskOrder {

    public StopCommand(LoginVariables variables, PrintStream out) {
        super(variables, out);
    }

    @Override
    void send(SlipwayClient client, String serviceId) {
        client.services().update(serviceId, UpdateServiceBody.status("stopped"));
    }

    @Override
    String said(String name) {
        return "is asked to stop: what is answered stays, all other records are FAILED 'cancelled'; './slipway batch watch %s' follows it to its end"
                .formatted(name);
    }
}
