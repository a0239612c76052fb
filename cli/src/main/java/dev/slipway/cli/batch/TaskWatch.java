package dev.slipway.cli.batch;

import dev.slipway.cli.command.Screen;
import dev.slipway.client.SlipwayClient;
import dev.slipway.formats.service.ServiceShown;
import dev.slipway.formats.service.ServiceTask;
import java.time.Duration;
import java.util.Set;

/** Follows a job on the screen: a line each time that something has changed. */
final class TaskWatch {

    private static final Set<String> ENDS = Set.of("finished", "failed", "stopped");

    private final Screen screen;
    private String shown = "";

    TaskWatch(Screen screen) {
        this.screen = screen;
    }

    /** Returns the service once its job has ended, and says why it failed and where its manifest is. */
    ServiceShown follow(SlipwayClient client, String id, Duration limit) {
        ServiceShown ended = SlipwayClient.await(
                "the end of batch %s".formatted(id),
                limit,
                () -> client.services().show(id),
                service -> ENDS.contains(service.item().status()),
                this::show);
        show(ended);
        if (ended.errorMsg() != null) {
            screen.line("error: " + ended.errorMsg());
        }
        ServiceTask task = ended.item().task();
        if (task != null && task.manifest() != null) {
            screen.line("manifest: " + task.manifest());
        }
        return ended;
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
}
