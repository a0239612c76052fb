package dev.slipway.standalone.command;

import dev.slipway.adapters.local.LocalInstances;
import dev.slipway.client.ClientFailure;
import dev.slipway.client.SlipwayClient;
import dev.slipway.formats.service.ServiceItem;
import dev.slipway.parts.Part;
import dev.slipway.parts.postgres.PostgresPart;
import dev.slipway.parts.process.PortHolder;
import dev.slipway.parts.process.Processes;
import dev.slipway.parts.temporal.TemporalPart;
import dev.slipway.standalone.installation.Installation;
import dev.slipway.standalone.run.ServerChecks;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code status}: parts, processes, services, instances and disk of a folder on one screen. Exit status 3 when the API does not answer. */
@Command(
        name = "status",
        description = "parts, services, instances and disk on one screen; exit status 3 when the API does not answer")
public final class StatusCommand implements Callable<Integer> {

    private static final int NOT_SERVING = 3;

    private final PrintStream out;

    @Mixin
    private final FolderOptions options = new FolderOptions();

    public StatusCommand(PrintStream out) {
        this.out = out;
    }

    @Override
    public Integer call() {
        Optional<Installation> found = options.found();
        if (found.isEmpty()) {
            out.printf("nothing was ever started in '%s'%n", options.data());
            return NOT_SERVING;
        }
        Installation installation = found.get();
        out.printf("%s%n%n", installation.folder().root());
        installation.fault().ifPresent(fault -> out.printf("Settings%n  %s%n", SettingsNote.of(fault)));
        processes(installation);
        ServerChecks servers = ServerChecks.ofAllQuickly(installation);
        parts(installation, servers);
        boolean serves = services(installation, servers);
        instances(installation);
        new DiskSummary(installation, servers.database(), out).print();
        return serves ? 0 : NOT_SERVING;
    }

    private void processes(Installation installation) {
        out.println("Processes");
        Map<String, String> holders = installation.folder().holders();
        holders.forEach((role, pid) -> out.printf("  %-10s process %s%n", role, pid));
        if (holders.isEmpty()) {
            out.println("  none");
        }
    }

    private void parts(Installation installation, ServerChecks servers) {
        out.println("Parts");
        for (Part part : installation.parts(line -> {})) {
            out.printf("  %-10s %-22s %s%n", part.name(), part.address(), standing(part, installation, servers));
        }
        if (!installation.isDatabaseEmbedded()) {
            yours("database", installation.databaseUrl(), servers.database());
        }
        if (!installation.isTemporalEmbedded()) {
            yours("temporal", installation.temporal().address(), servers.temporal());
        }
        if (!installation.areObjectsEmbedded()) {
            yours("objects", installation.objectsEndpoint(), servers.objects());
        }
        if (installation.holdsTemporal() && !installation.temporalUi().isEmpty()) {
            out.printf("  %-10s %s%n", "ui", installation.temporalUi());
        }
    }

    private static String standing(Part part, Installation installation, ServerChecks servers) {
        boolean isOurs =
                switch (part.name()) {
                    case PostgresPart.NAME -> installation.holdsDatabase();
                    case TemporalPart.NAME -> installation.holdsTemporal();
                    default -> installation.holdsObjects();
                };
        int port = Integer.parseInt(part.address().substring(part.address().lastIndexOf(':') + 1));
        Optional<PortHolder> holder = Processes.listeningOn(port);
        if (!isOurs) {
            return holder.map(other -> "- (its port is held by %s, which is not of this folder)".formatted(other))
                    .orElse("-");
        }
        Optional<String> problem =
                switch (part.name()) {
                    case PostgresPart.NAME -> servers.database();
                    case TemporalPart.NAME -> servers.temporal();
                    default -> servers.objects();
                };
        return holder.map(PortHolder::toString).orElse("-")
                + problem.map(why -> ", cannot be used: " + why).orElse("");
    }

    private void yours(String name, String address, Optional<String> problem) {
        out.printf(
                "  %-10s %-22s yours, %s%n",
                name, address, problem.map(why -> "cannot be used: " + why).orElse("answers"));
    }

    private boolean services(Installation installation, ServerChecks servers) {
        if (!installation.holdsApi()) {
            out.printf("Services%n  no process of this folder serves the API%n");
            return false;
        }
        Optional<String> noDatabase = servers.database();
        if (noDatabase.isPresent()) {
            out.printf("Services%n  not known, because the database cannot be used: %s%n", noDatabase.get());
            return false;
        }
        try (SlipwayClient client = new SlipwayClient(installation.api(), installation.administrator())) {
            out.printf(
                    "Services  (%s, project '%s')%n",
                    installation.api(), installation.administrator().project());
            List<ServiceItem> services = client.services().list(Map.of()).services();
            services.forEach(service -> ServiceLines.of(service).forEach(out::println));
            if (services.isEmpty()) {
                out.println("  none");
            }
            return true;
        } catch (ClientFailure e) {
            out.printf("Services%n  the API does not answer: %s%n", e.getMessage());
            return false;
        }
    }

    private void instances(Installation installation) {
        out.println("Instances");
        List<LocalInstances.Living> living =
                new LocalInstances(installation.folder().root()).living();
        living.forEach(instance -> out.printf(
                "  %-48s %-10s process %d  %s%n",
                instance.name(),
                instance.state(),
                instance.pid(),
                instance.address() == null ? "" : instance.address().shown()));
        if (living.isEmpty()) {
            out.println("  none");
        }
    }
}
