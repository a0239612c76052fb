package dev.slipway.standalone.command;

import dev.slipway.adapters.postgres.Database;
import dev.slipway.adapters.postgres.DatabaseProperties;
import dev.slipway.adapters.postgres.event.PostgresEventStore;
import dev.slipway.adapters.postgres.route.IdentityFolders;
import dev.slipway.adapters.postgres.route.PostgresGateways;
import dev.slipway.cli.command.Arguments;
import dev.slipway.cli.command.Command;
import dev.slipway.cli.command.CommandFailure;
import dev.slipway.cli.command.UsageError;
import dev.slipway.domain.problem.Problem;
import dev.slipway.domain.problem.Unavailable;
import dev.slipway.domain.route.GatewayCommands;
import dev.slipway.domain.route.GatewayCommands.Forgotten;
import dev.slipway.domain.route.GatewayIdentity;
import dev.slipway.domain.route.Gateways;
import dev.slipway.domain.route.Gateways.Registered;
import dev.slipway.domain.route.Gateways.ServedService;
import dev.slipway.parts.folder.DataFolder;
import dev.slipway.standalone.installation.Installation;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** {@code gateway list} and {@code gateway forget ID}: the gateways that rollouts wait for. */
public final class GatewayCommand implements Command {

    private static final String USE = "expected: ./slipway gateway list, or ./slipway gateway forget ID [--force]";
    private static final int CONNECTIONS = 2;

    private final PrintStream out;
    private final PrintStream err;
    private final Clock clock = Clock.systemUTC();

    public GatewayCommand(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    @Override
    public int run(List<String> words) {
        Arguments arguments = new Arguments(words, Set.of("--data", "--config"), Set.of("--force"));
        List<String> values = arguments.values();
        boolean list = values.equals(List.of("list")) && !arguments.has("--force");
        boolean forget = values.size() == 2 && values.getFirst().equals("forget");
        if (!list && !forget) {
            throw new UsageError(USE);
        }
        Installation installation = installation(arguments);
        installation.fault().ifPresent(fault -> err.printf("slipway gateway: %s%n", SettingsNote.of(fault)));
        try (Database database = open(installation)) {
            Gateways gateways = new PostgresGateways(database);
            if (list) {
                list(gateways);
            } else {
                IdentityFolders identities =
                        new IdentityFolders(installation.folder().root());
                GatewayCommands commands =
                        new GatewayCommands(gateways, new PostgresEventStore(database), identities::isTaken, clock);
                forget(commands, identities, values.get(1), arguments.has("--force"));
            }
        } catch (Unavailable e) {
            throw new CommandFailure("%s (%s); './slipway status' shows whether its server runs"
                    .formatted(e.getMessage(), installation.database().url()));
        } catch (Problem e) {
            throw new CommandFailure(String.valueOf(e.getMessage()));
        }
        return 0;
    }

    private static Installation installation(Arguments arguments) {
        Path data = arguments.folder("data");
        return DataFolder.existing(data)
                .map(folder -> Installation.found(folder, arguments.config()))
                .orElseThrow(() -> new CommandFailure("nothing was ever started in '%s'".formatted(data)));
    }

    private static Database open(Installation installation) {
        DatabaseProperties owner = installation.database();
        return Database.open(new DatabaseProperties(owner.url(), owner.user(), owner.password(), CONNECTIONS));
    }

    private void list(Gateways gateways) {
        List<Registered> all = gateways.registered();
        if (all.isEmpty()) {
            out.println("no gateway is registered");
        }
        for (Registered row : all) {
            GatewayIdentity gateway = row.identity();
            Duration silent = Duration.between(row.lastSeen(), clock.instant());
            out.printf("%s  process %d  %s%n", gateway.id(), gateway.pid(), gateway.address());
            out.printf("  host       %s, boot %s%n", gateway.hostId(), gateway.bootId());
            out.printf("  last seen  %s, %d s ago%n", row.lastSeen(), Math.max(0, silent.toSeconds()));
            routes(gateways.servedBy(gateway.id()));
        }
    }

    private void routes(List<ServedService> served) {
        List<ServedService> behind =
                served.stream().filter(service -> service.behind() != null).toList();
        int open = served.stream().mapToInt(ServedService::open).sum();
        out.printf(
                "  routes     %d %s, %d with their current routes, %d %s open%n",
                served.size(),
                served.size() == 1 ? "service" : "services",
                served.size() - behind.size(),
                open,
                open == 1 ? "request" : "requests");
        behind.forEach(service -> out.printf("             service %s: %s%n", service.service(), service.behind()));
    }

    private void forget(GatewayCommands commands, IdentityFolders identities, String id, boolean force) {
        Forgotten forgotten = commands.forget(id, force);
        GatewayIdentity gateway = forgotten.gateway();
        // If its identity is in this folder, a restarted gateway must not serve from its disk.
        boolean withdrawn = identities.withdraw(id, () -> {});
        out.printf("gateway %s is off the register; nothing waits for it any more%n", id);
        forgotten
                .released()
                .forEach(served -> out.printf(
                        "  released service %s, with an event%s%n",
                        served.service(), served.behind() == null ? "" : ": it " + served.behind()));
        if (forgotten.released().isEmpty()) {
            out.println("  it served no service");
        }
        if (!withdrawn) {
            out.printf(
                    "Make sure that process %d of host %s has ended: cut off from its database it would go on serving by its old "
                            + "routes. Once it reaches its database it registers again by itself.%n",
                    gateway.pid(), gateway.hostId());
        }
    }
}
