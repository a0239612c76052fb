package dev.slipway.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.domain.route.RouteDocument;
import dev.slipway.gateway.predict.Limits;
import dev.slipway.testing.route.Routes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The split over versions, exact over each hundred requests, as instances see it. */
class SplitTests {

    @TempDir
    private Path data;

    private final List<ScriptedInstance> instances = new ArrayList<>();

    @AfterEach
    void close() throws IOException {
        for (ScriptedInstance instance : instances) {
            instance.close();
        }
    }

    private GatewayFixture fixture(int... weights) {
        GatewayFixture fixture = new GatewayFixture(data, Limits.defaults());
        List<RouteDocument.Version> versions = new ArrayList<>();
        for (int i = 0; i < weights.length; i++) {
            ScriptedInstance one = ScriptedInstance.answering("v" + i);
            ScriptedInstance two = ScriptedInstance.answering("v" + i);
            instances.addAll(List.of(one, two));
            versions.add(Routes.version("v" + i, weights[i], one.address(), two.address()));
        }
        fixture.publish(versions.toArray(RouteDocument.Version[]::new));
        fixture.start();
        return fixture;
    }

    private static int[] weights(String text) {
        return Arrays.stream(text.split("/", -1)).mapToInt(Integer::parseInt).toArray();
    }

    private static Map<String, Integer> expected(int[] weights, int hundreds) {
        Map<String, Integer> expected = new TreeMap<>();
        for (int i = 0; i < weights.length; i++) {
            if (weights[i] > 0) {
                expected.put("v" + i, weights[i] * hundreds);
            }
        }
        return expected;
    }

    private static Map<String, Integer> send(GatewayFixture fixture, int count) throws IOException {
        Map<String, Integer> seen = new TreeMap<>();
        try (RawClient client = fixture.client()) {
            for (int i = 0; i < count; i++) {
                String text =
                        client.send(GatewayFixture.prediction("x")).answer().text();
                seen.merge(text.substring(0, text.indexOf(' ')), 1, Integer::sum);
            }
        }
        return seen;
    }

    @ParameterizedTest
    @ValueSource(strings = {"100", "70/30", "1/99", "33/33/34", "50/50", "0/100", "1/2/3/94"})
    void isExactOverEachHundred(String text) throws IOException {
        int[] weights = weights(text);
        try (GatewayFixture fixture = fixture(weights)) {
            for (int hundred = 0; hundred < 3; hundred++) {
                assertThat(send(fixture, 100)).isEqualTo(expected(weights, 1));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"70/30", "1/99", "33/33/34"})
    void isExactWithManyClientsAtOnce(String text) throws Exception {
        int[] weights = weights(text);
        try (GatewayFixture fixture = fixture(weights);
                ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Map<String, Integer>>> all = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                all.add(clients.submit(() -> send(fixture, 50)));
            }
            Map<String, Integer> seen = new TreeMap<>();
            for (Future<Map<String, Integer>> each : all) {
                merge(seen, each);
            }
            assertThat(seen).isEqualTo(expected(weights, 10));
            assertThat(fixture.gateway().isBusy()).isFalse();
        }
    }

    private static void merge(Map<String, Integer> seen, Future<Map<String, Integer>> each)
            throws InterruptedException, ExecutionException {
        each.get().forEach((version, count) -> seen.merge(version, count, Integer::sum));
    }
}
