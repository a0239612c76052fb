package dev.slipway.cli.batch;

import dev.slipway.cli.access.LoginVariables;
import dev.slipway.client.SlipwayClient;
import dev.slipway.formats.service.UpdateServiceBody;
import java.io.PrintStream;
import picocli.CommandLine.Command;

/** {@code batch start ID}. */
@Command(name = "start", description = "runs the batch service again, as a new task", footer = LoginVariables.FOOTER)
public final class StartCommand extends TaskOrder {

    public StartCommand(LoginVariables variables, PrintStream out) {
        super(variables, out);
    }

    @Override
    void send(SlipwayClient client, String serviceId) {
        client.services().update(serviceId, UpdateServiceBody.status("running"));
    }

    @Override
    String said(String name) {
        return "is asked to run again; './slipway batch watch %s' follows it".formatted(name);
    }
}
