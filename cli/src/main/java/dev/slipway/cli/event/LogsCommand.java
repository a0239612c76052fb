package dev.slipway.cli.event;

import dev.slipway.cli.access.LoginVariables;
import dev.slipway.cli.command.CommandFailure;
import dev.slipway.cli.command.Lookup;
import dev.slipway.cli.command.NeedsNoFolder;
import dev.slipway.cli.command.Screen;
import dev.slipway.cli.instance.InstancesView;
import dev.slipway.client.SlipwayClient;
import dev.slipway.formats.event.EventList;
import dev.slipway.formats.event.EventShown;
import dev.slipway.formats.model.ModelShown;
import dev.slipway.formats.service.ServiceShown;
import dev.slipway.formats.service.UpdateRecords;
import java.io.PrintStream;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * {@code logs ID}: all events of a service or a model, oldest first, the configurations that a service was given, and its instances. {@code
 * logs ID INSTANCE}: the end of the log of an instance. {@code logs ID build}: the log of a model's build.
 */
@Command(
        name = "logs",
        description = "the events of a service or a model, by id or name; or what one of its instances printed",
        footer = LoginVariables.FOOTER)
public final class LogsCommand implements Callable<Integer>, NeedsNoFolder {

    private static final int PAGE = 1000;
    private static final String BUILD = "build";

    private final LoginVariables variables;
    private final Screen screen;

    @Parameters(index = "0", paramLabel = "ID", description = "the id or the name of a service or a model")
    private String wanted = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "INSTANCE",
            description =
                    "an instance of the service: the end of what it printed, in place of events; 'build' for a model: what pip printed")
    private @Nullable String instance;

    public LogsCommand(LoginVariables variables, PrintStream out) {
        this.variables = variables;
        this.screen = new Screen(out);
    }

    @Override
    public Integer call() {
        try (SlipwayClient client = variables.connect()) {
            Lookup lookup = new Lookup(client);
            Optional<ServiceShown> service = lookup.service(wanted);
            if (service.isPresent()) {
                InstancesView instances =
                        new InstancesView(client, service.get().item().serviceId(), screen);
                if (instance != null) {
                    instances.showLog(instance);
                    return 0;
                }
                show(client, service.get());
                instances.show();
                return 0;
            }
            if (instance != null && !instance.equals(BUILD)) {
                throw new CommandFailure(
                        "no service of this project has the id or the name '%s': only services have instances, and models have '%s'"
                                .formatted(wanted, BUILD));
            }
            ModelShown model = lookup.model(wanted)
                    .orElseThrow(() -> new CommandFailure(
                            "no service and no model of this project has the id or the name '%s'".formatted(wanted)));
            if (instance != null) {
                String log = client.models().buildLog(model.item().modelId()).log();
                (log.isEmpty() ? "nothing was installed for it, or not yet" : log)
                        .lines()
                        .forEach(screen::line);
                return 0;
            }
            show(client, model);
            return 0;
        }
    }

    private void show(SlipwayClient client, ServiceShown service) {
        String id = service.item().serviceId();
        screen.line("service %s  %s  %s"
                .formatted(service.item().serviceName(), id, service.item().status()));
        events(query -> client.services().events(id, query).page());
        screen.line("Configurations, newest first");
        for (UpdateRecords.UpdateRecord record :
                client.services().updateRecords(id).logs()) {
            screen.line(
                    "%s  %-8s  %s".formatted(Screen.time(record.updateTime()), record.result(), configuration(record)));
            if (record.cause() != null) {
                screen.block("    because: ", record.cause());
            }
        }
    }

    private static String configuration(UpdateRecords.UpdateRecord record) {
        return String.join(
                ", ",
                record.config().stream()
                        .map(entry -> "%s %s on %s x %d, weight %d"
                                .formatted(
                                        entry.modelName(),
                                        entry.modelVersion(),
                                        entry.specification(),
                                        entry.instanceCount(),
                                        entry.weight()))
                        .toList());
    }

    private void show(SlipwayClient client, ModelShown model) {
        String id = model.item().modelId();
        screen.line("model %s %s  %s  %s"
                .formatted(
                        model.item().modelName(),
                        model.item().modelVersion(),
                        id,
                        model.item().modelStatus()));
        events(query -> client.models().events(id, query).page());
    }

    private void events(Function<Map<String, String>, EventList> pages) {
        int shown = 0;
        EventList page;
        do {
            page = pages.apply(
                    Map.of("order", "asc", "limit", Integer.toString(PAGE), "offset", Integer.toString(shown)));
            page.events().forEach(this::show);
            shown += page.count();
        } while (page.count() == PAGE);
        if (shown == 0) {
            screen.line("no events: none yet, or their retention is over");
        }
    }

    private void show(EventShown event) {
        screen.line("%s  %-8s  %s".formatted(Screen.time(event.occurTime()), event.eventType(), event.eventInfo()));
        if (event.user() != null) {
            screen.line("    by:      %s in project %s, request %s"
                    .formatted(event.user(), event.project(), event.requestId()));
        }
        if (event.cause() != null) {
            screen.block("    because: ", event.cause());
        }
        if (event.advice() != null) {
            screen.block("    to do:   ", event.advice());
        }
    }

    @Override
    public String inPlaceOfFolder() {
        return LoginVariables.IN_PLACE_OF_FOLDER;
    }
}
