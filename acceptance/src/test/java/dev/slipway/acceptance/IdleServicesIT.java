package dev.slipway.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import dev.slipway.domain.model.Model;
import dev.slipway.testing.part.StatementCounter;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * What serving services cost while nothing happens to them: worker and gateway, without requests. A campaign, run by
 * {@code benchmarks/many-services}.
 */
@EnabledIfSystemProperty(named = "slipway.services", matches = "[0-9,]+", disabledReason = "a campaign of many minutes")
@Timeout(3600)
class IdleServicesIT {

    private static final List<Integer> COUNTS = Arrays.stream(
                    System.getProperty("slipway.services", "0").split(","))
            .map(Integer::valueOf)
            .toList();
    private static final Duration WINDOW = Duration.ofSeconds(Integer.getInteger("slipway.seconds", 60));

    /** The most that the last number of services may cost above the first, in percent of a core. */
    private static final double LIMIT = 5;

    @Test
    void servicesAtRestCostNextToNothing() throws Exception {
        List<Cost> costs = new ArrayList<>();
        try (ManyServices slipway = ManyServices.start()) {
            slipway.startGateway();
            Model model = slipway.model("iris", "0.0.1");
            int made = 0;
            for (int count : COUNTS) {
                slipway.createServing("n" + count, count - made, model);
                made = count;
                Thread.sleep(WINDOW);
                costs.add(measure(count, slipway));
                System.out.println(costs.getLast());
            }
        }
        System.out.println("at rest, over %d s each:".formatted(WINDOW.toSeconds()));
        costs.forEach(System.out::println);
        assertThat(costs.getLast().cpu() - costs.getFirst().cpu())
                .as("percent of a core that %d services cost", COUNTS.getLast())
                .isLessThanOrEqualTo(LIMIT);
    }

    private static Cost measure(int services, ManyServices slipway) throws InterruptedException {
        Sample before = Sample.of(slipway);
        Thread.sleep(WINDOW);
        Sample after = Sample.of(slipway);
        // Apart from the other figures: counting costs something itself.
        try (StatementCounter counter = new StatementCounter()) {
            Thread.sleep(WINDOW);
            return Cost.between(services, before, after, counter.count() / (double) WINDOW.toSeconds());
        }
    }

    /** Sums since the start, times in nanoseconds. */
    private record Sample(long at, long cpu, long postgres, long temporal, long transactions, long rows) {

        static Sample of(ManyServices slipway) {
            long[] counted = slipway.transactionsAndRows();
            return new Sample(
                    System.nanoTime(),
                    ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime(),
                    cpuOf(command -> command.contains("postgres")),
                    cpuOf(command -> command.contains("temporal")),
                    counted[0],
                    counted[1]);
        }

        private static long cpuOf(Predicate<String> command) {
            return ProcessHandle.current()
                    .descendants()
                    .filter(process -> process.info().command().filter(command).isPresent())
                    .mapToLong(process -> process.info()
                            .totalCpuDuration()
                            .orElse(Duration.ZERO)
                            .toNanos())
                    .sum();
        }
    }

    /**
     * What so many services cost: percent of a core of this process and of the servers, and what the database did in a second.
     *
     * @param transactions {@code xact_commit} of {@code pg_stat_database}
     * @param rows {@code tup_returned} of it
     * @param statements completions that the driver heard of, without those of transactions
     */
    private record Cost(
            int services,
            double cpu,
            double postgres,
            double temporal,
            double transactions,
            double rows,
            double statements) {

        static Cost between(int services, Sample before, Sample after, double statements) {
            double nanos = after.at() - before.at();
            return new Cost(
                    services,
                    100 * (after.cpu() - before.cpu()) / nanos,
                    100 * (after.postgres() - before.postgres()) / nanos,
                    100 * (after.temporal() - before.temporal()) / nanos,
                    1e9 * (after.transactions() - before.transactions()) / nanos,
                    1e9 * (after.rows() - before.rows()) / nanos,
                    statements);
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "services=%d cpu=%.1f%% postgres=%.1f%% temporal=%.1f%% transactions/s=%.1f statements/s=%.1f rows/s=%.0f",
                    services,
                    cpu,
                    postgres,
                    temporal,
                    transactions,
                    statements,
                    rows);
        }
    }
}
