package dev.slipway.cli.batch;

import dev.slipway.cli.access.LoginVariables;
import dev.slipway.cli.command.NeedsNoFolder;
import dev.slipway.cli.command.Screen;
import dev.slipway.cli.command.UsageError;
import dev.slipway.client.SlipwayClient;
import dev.slipway.formats.service.ServiceEntryShown;
import dev.slipway.formats.service.ServiceShown;
import dev.slipway.formats.service.ServiceTask;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code batch ID}: the task of a batch service, its progress and its result. */
@Command(
        name = "batch",
        description = "the task of a batch service: how far it is, and what came out; or a command over it",
        footer = LoginVariables.FOOTER)
public final class BatchCommand implements Callable<Integer>, NeedsNoFolder {

    private final LoginVariables variables;
    private final Screen screen;

    @Parameters(paramLabel = "ID", arity = "0..1", description = "the id or the name of a batch service")
    private String wanted = "";

    public BatchCommand(LoginVariables variables, PrintStream out) {
        this.variables = variables;
        this.screen = new Screen(out);
    }

    @Override
    public Integer call() {
        if (wanted.isEmpty()) {
            throw new UsageError(
                    "expected the id or the name of a batch service, or one of the commands run, watch, pause, resume, stop, start");
        }
        try (SlipwayClient client = variables.connect()) {
            show(BatchLookup.find(client, wanted));
            return 0;
        }
    }

    private void show(ServiceShown service) {
        screen.line("batch %s  %s  %s"
                .formatted(
                        service.item().serviceName(),
                        service.item().serviceId(),
                        service.item().status()));
        ServiceEntryShown entry = service.config().getFirst();
        row(
                "model",
                "%s %s on %s x %d"
                        .formatted(
                                entry.modelName(), entry.modelVersion(), entry.specification(), entry.instanceCount()));
        row("from", text(entry.srcPath()));
        row("to", text(entry.destPath()));
        ServiceTask task = service.item().task();
        if (task == null) {
            row("task", "none yet");
        } else {
            show(task);
        }
        if (service.waiting() != null) {
            row("waits", service.waiting().reason());
        }
        if (service.errorMsg() != null) {
            row("error", service.errorMsg());
        }
    }

    private void show(ServiceTask task) {
        row("task", task.id() + "  " + task.status());
        row(
                "records",
                "%d of %d done, %d of them failed; %d files"
                        .formatted(task.done(), task.records(), task.failed(), task.files()));
        TaskLine.pace(task).ifPresent(pace -> row("pace", pace));
        TaskLine.end(task).ifPresent(end -> row("ends", end));
        if (task.deadline() != null) {
            row("deadline", Screen.time(task.deadline()));
        }
        if (task.startedAt() != null) {
            row("started", Screen.time(task.startedAt()));
        }
        if (task.endedAt() != null) {
            row("ended", Screen.time(task.endedAt()));
        }
        if (task.manifest() != null) {
            row("manifest", task.manifest());
        }
    }

    private void row(String name, String text) {
        screen.line("  %-9s %s".formatted(name, text));
    }

    private static String text(@Nullable JsonNode echoed) {
        return echoed == null ? "" : echoed.asString("");
    }

    @Override
    public String inPlaceOfFolder() {
        return LoginVariables.IN_PLACE_OF_FOLDER;
    }
}
