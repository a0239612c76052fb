package dev.slipway.gateway;

import dev.slipway.gateway.predict.Limits;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the gateway costs: requests to an instance directly and through the gateway, in turns in the same run, so that the ratios hold on
 * whatever machine this is. Not a test, it asserts nothing: {@code mvn -pl gateway -am test -Dtest=OverheadBenchmark
 * -Dslipway.benchmark=true -Dsurefire.failIfNoSpecifiedTests=false}.
 */
@EnabledIfSystemProperty(named = "slipway.benchmark", matches = "true")
class OverheadBenchmark {

    private static final Duration TURN = Duration.ofSeconds(4);
    private static final int TURNS = 4;

    @TempDir
    private Path data;

    @Test
    void compare() throws Exception {
        try (ScriptedInstance instance = ScriptedInstance.answering("ok");
                GatewayFixture fixture = GatewayFixture.serving(data, Limits.defaults(), instance.address())) {
            InetSocketAddress direct = new InetSocketAddress(
                    java.net.InetAddress.getLoopbackAddress(),
                    instance.address().port());
            InetSocketAddress through = fixture.gateway().address();
            System.out.printf("%8s %8s | %21s | %21s | ratios%n", "clients", "bytes", "direct", "gateway");
            for (int bytes : new int[] {100, 100_000}) {
                for (int clients : new int[] {1, 16}) {
                    Result straight = new Result();
                    Result round = new Result();
                    for (int turn = 0; turn <= TURNS; turn++) {
                        // The first turn warms up.
                        load(direct, clients, bytes, turn == 0 ? new Result() : straight);
                        load(through, clients, bytes, turn == 0 ? new Result() : round);
                    }
                    print(clients, bytes, straight, round);
                }
            }
        }
    }

    private static void print(int clients, int bytes, Result direct, Result gateway) {
        System.out.printf(
                "%8d %8d | %s | %s | %.2f of the rate, p50 x %.2f, p99 x %.2f | %.1f us of CPU a request%n",
                clients,
                bytes,
                direct,
                gateway,
                gateway.rate() / direct.rate(),
                gateway.quantile(0.5) / direct.quantile(0.5),
                gateway.quantile(0.99) / direct.quantile(0.99),
                gateway.cpuMicros());
    }

    /** What the gateway's event loops have used so far: unlike rates hardly disturbed by what else the machine does. */
    private static long gatewayCpuNanos() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
                .filter(thread -> thread != null && thread.getThreadName().startsWith("slipway-gateway"))
                .mapToLong(thread -> Math.max(0, threads.getThreadCpuTime(thread.getThreadId())))
                .sum();
    }

    private static void load(InetSocketAddress address, int clients, int bytes, Result result) throws Exception {
        long cpu = gatewayCpuNanos();
        String request = GatewayFixture.prediction("x".repeat(bytes));
        long begin = System.nanoTime();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<long[]>> all = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                all.add(threads.submit(() -> oneClient(address, request, begin + TURN.toNanos())));
            }
            for (Future<long[]> each : all) {
                result.add(each.get());
            }
        }
        result.nanos += System.nanoTime() - begin;
        result.cpuNanos += gatewayCpuNanos() - cpu;
    }

    private static long[] oneClient(InetSocketAddress address, String request, long end) throws IOException {
        LongStream.Builder times = LongStream.builder();
        try (RawClient client = new RawClient(address)) {
            for (long now = System.nanoTime(); now < end; ) {
                client.send(request).answer();
                long after = System.nanoTime();
                times.add(after - now);
                now = after;
            }
        }
        return times.build().toArray();
    }

    private static final class Result {

        private long[] times = new long[0];
        private long nanos;
        private long cpuNanos;

        void add(long[] more) {
            times = LongStream.concat(Arrays.stream(times), Arrays.stream(more)).toArray();
        }

        double rate() {
            return times.length / (nanos / 1e9);
        }

        double cpuMicros() {
            return cpuNanos / 1e3 / times.length;
        }

        double quantile(double share) {
            return Arrays.stream(times)
                    .sorted()
                    .skip((long) (times.length * share))
                    .findFirst()
                    .orElse(0);
        }

        @Override
        public String toString() {
            return "%6.0f/s %5.2f %5.2f ms".formatted(rate(), quantile(0.5) / 1e6, quantile(0.99) / 1e6);
        }
    }
}
