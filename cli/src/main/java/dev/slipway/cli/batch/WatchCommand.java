package dev.slipway.cli.batch;

import dev.slipway.cli.access.LoginVariables;
import dev.slipway.cli.command.NeedsNoFolder;
import dev.slipway.cli.command.Screen;
import dev.slipway.client.SlipwayClient;
import dev.slipway.formats.service.ServiceShown;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code batch watch ID}: a line with a bar each time that something has changed, until the job has ended. */
@Command(
        name = "watch",
        description =
                "follows the task to its end: a bar, counts, rate and expected end; exit status 0 if it is finished, else 1",
        footer = LoginVariables.FOOTER)
public final class WatchCommand implements Callable<Integer>, NeedsNoFolder {

    private final LoginVariables variables;
    private final Screen screen;

    @Parameters(paramLabel = "ID", description = "the id or the name of a batch service")
    private String wanted = "";

    @Option(names = "--limit", paramLabel = "SECONDS", description = "how long at most; usually 30 days")
    private long limitSeconds = Duration.ofDays(30).toSeconds();

    public WatchCommand(LoginVariables variables, PrintStream out) {
        this.variables = variables;
        this.screen = new Screen(out);
    }

    @Override
    public Integer call() {
        try (SlipwayClient client = variables.connect()) {
            String id = BatchLookup.find(client, wanted).item().serviceId();
            ServiceShown ended = new TaskWatch(screen).follow(client, id, Duration.ofSeconds(limitSeconds));
            return ended.item().status().equals("finished") ? 0 : 1;
        }
    }

    @Override
    public String inPlaceOfFolder() {
        return LoginVariables.IN_PLACE_OF_FOLDER;
    }
}
