package dev.slipway.cli.batch;

import dev.slipway.cli.access.LoginVariables;
import dev.slipway.client.SlipwayClient;
import java.io.PrintStream;
import picocli.CommandLine.Command;

/** {@code batch resume ID}. */
@Command(
        name = "resume",
        description = "the task goes on after a pause with what is not done",
        footer = LoginVariables.FOOTER)
public final class ResumeCommand extends TaskOrder {

    public ResumeCommand(LoginVariables variables, PrintStream out) {
        super(variables, out);
    }

    @Override
    void send(SlipwayClient client, String serviceId) {
        client.services().resumeTask(serviceId);
    }

    @Override
    String said(String name) {
        return "is asked to go on; './slipway batch %s' shows how far it is".formatted(name);
    }
}
