package dev.slipway.standalone.machine;

import dev.slipway.parts.temporal.TemporalCli;
import dev.slipway.standalone.installation.Installation;
import dev.slipway.standalone.run.Role;
import dev.slipway.standalone.run.StartFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.LoggerFactory;

/**
 * The checks of a machine, begun at once and each on a thread of its own, so that a start that goes on meanwhile does not wait for them. What
 * is not known within three seconds is no reason to refuse a start.
 */
public final class MachineChecks implements AutoCloseable {

    private static final long LIMIT_SECONDS = 3;

    private final ExecutorService threads = Executors.newCachedThreadPool(
            Thread.ofPlatform().daemon().name("machine-check-", 1).factory());
    private final List<Future<List<Finding>>> begun = new ArrayList<>();
    private final long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);

    private final boolean isNew;

    private MachineChecks(boolean isNew) {
        this.isNew = isNew;
        initializeLog();
    }

    /** Otherwise the library of logging warns on the terminal that several threads came first. */
    private static void initializeLog() {
        LoggerFactory.getILoggerFactory();
    }

    /** Begins all of them for a folder on which nothing was started yet. */
    public static MachineChecks ofNewFolder(Path data) {
        MachineChecks checks = new MachineChecks(true);
        checks.begin(new PythonCheck("python3"));
        checks.begin(new TemporalCheck(true));
        checks.begin(new PostgresCheck());
        checks.begin(new DiskCheck(data, true));
        return checks;
    }

    /** Begins all that concern an installation. */
    public static MachineChecks of(Installation installation) {
        return of(installation, Role.all(), true);
    }

    /** Begins those that concern the roles that are about to start; programs are not run only to learn their version. */
    public static MachineChecks beforeStart(Installation installation, Set<Role> roles) {
        return of(installation, roles, false);
    }

    private static MachineChecks of(Installation installation, Set<Role> roles, boolean withVersions) {
        boolean parts = roles.contains(Role.PARTS);
        Path cluster = installation.folder().root().resolve("postgres");
        boolean isNew = (installation.isDatabaseEmbedded() && Files.notExists(cluster))
                || (installation.isTemporalEmbedded() && !TemporalCli.isInstalled());
        MachineChecks checks = new MachineChecks(parts && isNew);
        if (roles.contains(Role.WORKER)) {
            checks.begin(new PythonCheck(installation.localSettings().python()));
        }
        if (parts && installation.isTemporalEmbedded()) {
            checks.begin(new TemporalCheck(withVersions));
        }
        if (parts && installation.isDatabaseEmbedded()) {
            checks.begin(new PostgresCheck());
        }
        checks.begin(new DiskCheck(installation.folder().root(), parts && installation.areObjectsEmbedded()));
        return checks;
    }

    private void begin(Supplier<List<Finding>> check) {
        begun.add(threads.submit(check::get));
    }

    /** Whether a start would first make or install what is not there yet. */
    public boolean areOfANewInstallation() {
        return isNew;
    }

    /** Waits for what was found; at most three seconds after they were begun. */
    public List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        for (Future<List<Finding>> check : begun) {
            try {
                findings.addAll(check.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS));
            } catch (TimeoutException late) {
                findings.add(Finding.note("machine", "a check has not ended within %d s".formatted(LIMIT_SECONDS)));
            } catch (ExecutionException | CancellationException failure) {
                findings.add(Finding.note("machine", "a check cannot be made: " + failure.getMessage()));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return findings;
            }
        }
        return findings;
    }

    /** @throws StartFailure with all that is missing */
    public void failIfSomethingIsMissing() {
        String missing = findings().stream()
                .filter(Finding::isMissing)
                .map(finding -> finding.what() + ": " + finding.text())
                .collect(Collectors.joining("\n  "));
        if (!missing.isEmpty()) {
            throw new StartFailure(
                    "nothing was started, because something is missing (./slipway doctor checks all of it):\n  "
                            + missing);
        }
    }

    /** Ends those that are still at work. */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
