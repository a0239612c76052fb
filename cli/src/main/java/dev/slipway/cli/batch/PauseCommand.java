package dev.slipway.cli.batch;

import dev.slipway.cli.access.LoginVariables;
import dev.slipway.client.SlipwayClient;
import java.io.PrintStream;
import picocli.CommandLine.Command;

/** {@code batch pause ID}. */
@Command(name = "pause", description = "the task rests at the next record boundary", footer = LoginVariables.FOOTER)
public final class PauseCommand extends TaskOrder {

    public PauseCommand(LoginVariables variables, PrintStream out) {
        super(variables, out);
    }

    @Override
    void send(SlipwayClient client, String serviceId) {
        client.services().pauseTask(serviceId);
    }

    @Override
    String said(String name) {
        return "is asked to pause: instances and places are given back, what is answered is kept; './slipway batch resume %s' goes on"
                .formatted(name);
    }
}
