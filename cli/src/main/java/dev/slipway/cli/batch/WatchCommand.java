package dev.slipway.cli.batch;

import dev.slipway.cli.access.LoginVariables;
import dev.slipway.cli.command.NeedsNoFolder;
import dev.slipway.cli.command.Screen;
import dev.slipway.client.SlipwayClient;
import dev.slipway.formats.service.ServiceShown;
import dev.slipway.formats.service.ServiceTask;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code batch watch ID}: a line with a bar each time that something has changed, until the job has ended. */
@Command(
        name = "watch",
        description = "follows the task to its end: a bar, counts, rate and expected end; exit status 0 if it is finished, else 1",
        footer = LoginVariables.FOOTER)
public final class WatchCommand implements Callable<Integer>, NeedsNoFolder {

    private static final Set<String> ENDS = Set.of("finished", "failed", "stopped");

    private final LoginVariables variables;
    private final Screen screen;

    @Parameters(paramLabel = "ID", description = "the id or the name of a batch service")
    private String wanted = "";

    @Option(names = "--limit", paramLabel = "SECONDS", description = "how long at most; usually 30 days")
    private long limitSeconds = Duration.ofDays(30).toSeconds();

    private String shown = "";

    public WatchCommand(LoginVariables variables, PrintStream out) {
        this.variables = variables;
        this.screen = new Screen(out);
    }

    @Override
    public Integer call() {
        try (SlipwayClient client = variables.connect()) {
            String id = BatchLookup.find(client, wanted).item().serviceId();
            ServiceShown ended = SlipwayClient.await(
                    "the end of batch %s".formatted(wanted),
                    Duration.ofSeconds(limitSeconds),
                    () -> client.services().show(id),
                    WatchCommand::hasEnded,
                    this::show);
            if (ended.errorMsg() != null) {
                screen.line("error: " + ended.errorMsg());
            }
            ServiceTask task = ended.item().task();
            if (task != null && task.manifest() != null) {
                screen.line("manifest: " + task.manifest());
            }
            return ended.item().status().equals("finished") ? 0 : 1;
        }
    }

    private static boolean hasEnded(ServiceShown service) {
        return ENDS.contains(service.item().status());
    }

    private void show(ServiceShown service) {
        ServiceTask task = service.item().task();
        String line = task == null ? "no task yet" : TaskLine.of(task);
        if (service.waiting() != null) {
            line += "; waits: " + service.waiting().reason();
        }
        if (!line.equals(shown)) {
            screen.line(line);
            shown = line;
        }
    }

    @Override
    public String inPlaceOfFolder() {
        return LoginVariables.IN_PLACE_OF_FOLDER;
    }
}
