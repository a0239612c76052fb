package dev.slipway.standalone.command;

import dev.slipway.adapters.postgres.Database;
import dev.slipway.adapters.postgres.DatabaseProperties;
import dev.slipway.adapters.postgres.event.PostgresEventStore;
import dev.slipway.adapters.postgres.route.IdentityFolders;
import dev.slipway.adapters.postgres.route.PostgresGateways;
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
import dev.slipway.standalone.installation.Installation;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gateway list} and {@code gateway forget ID}: the gateways that rollouts wait for. */
@Command(
        name = "gateway",
        description = "the gateways that rollouts wait for: gateway list, gateway forget ID",
        synopsisSubcommandLabel = "(list | forget)")
public final class GatewayCommand implements Callable<Integer> {

    private static final String USE = "expected: ./slipway gateway list, or ./slipway gateway forget ID [--force]";
    private static final int CONNECTIONS = 2;

    private final PrintStream out;
    private final PrintStream err;
    private final Clock clock = Clock.systemUTC();

    @Mixin
    private final FolderOptions folder = new FolderOptions();

    public GatewayCommand(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    @Override
    public Integer call() {
        throw new UsageError(USE);
    }

    @Command(name = "list", description = "the gateways that rollouts wait for")
    int list() {
        return on((installation, database) -> list(new PostgresGateways(database)));
    }

    @Command(name = "forget", description = "takes one that is gone for good off their register")
    int forget(
            @Parameters(paramLabel = "ID", description = "its id, as list shows it") String id,
            @Option(names = "--force", description = "also one that seems alive") boolean force) {
        return on((installation, database) -> {
            IdentityFolders identities =
                    new IdentityFolders(installation.folder().root());
            GatewayCommands commands = new GatewayCommands(
                    new PostgresGateways(database), new PostgresEventStore(database), identities::isTaken, clock);
            forget(commands, identities, id, force);
        });
    }

    private int on(BiConsumer<Installation, Database> work) {
        Installation installation = folder.required();
        installation.fault().ifPresent(fault -> err.printf("slipway gateway: %s%n", SettingsNote.of(fault)));
        if (!installation.holdsDatabase()) {
            throw new CommandFailure("the database of '%s' does not run; './slipway status' shows what does"
                    .formatted(installation.folder().root()));
        }
        try (Database database = open(installation)) {
            work.accept(installation, database);
        } catch (Unavailable e) {
            throw new CommandFailure("%s (%s); './slipway status' shows what runs"
                    .formatted(e.getMessage(), installation.databaseUrl()));
        } catch (Problem e) {
            throw new CommandFailure(String.valueOf(e.getMessage()));
        }
        return 0;
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
