package dev.slipway.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.domain.instance.Address;
import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.route.GatewayReport;
import dev.slipway.domain.route.MinuteCounts;
import dev.slipway.domain.route.RequestCounts;
import dev.slipway.domain.route.RouteDocument;
import dev.slipway.testing.route.Routes;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class ServiceRouteTests {

    private static final String SERVICE = "a-service";
    private static final Address FIRST = new Address.Tcp("127.0.0.1", 9001);
    private static final Address SECOND = new Address.Tcp("127.0.0.1", 9002);
    private static final Address THIRD = new Address.Tcp("127.0.0.1", 9003);

    private final ServiceRoute route = new ServiceRoute(
            SERVICE, new MinuteClock(Clock.fixed(Instant.parse("2026-11-01T12:30:10Z"), ZoneOffset.UTC)));

    private void apply(long revision, RouteDocument.Version... versions) {
        route.apply(Routes.document(SERVICE, revision, versions));
    }

    private InFlightRequest choose(Endpoint... tried) {
        return ((Choice.Chosen) route.choose(Set.of(tried), null)).request();
    }

    private Map<InstanceId, Integer> inFlight() {
        return route.report(1).inFlight();
    }

    @Test
    void withoutADocumentTheServiceIsGone() {
        assertThat(route.choose(Set.of(), null)).isEqualTo(new Choice.Gone());
        assertThat(route.project()).isNull();
        assertThat(route.revision()).isEqualTo(GatewayReport.NONE);
    }

    @Test
    void aServiceThatDoesNotRunIsClosed() {
        route.apply(new RouteDocument(SERVICE, Routes.PROJECT, 1, false, List.of()));

        assertThat(route.choose(Set.of(), null)).isEqualTo(new Choice.Closed());
        assertThat(route.project()).isEqualTo(Routes.PROJECT);
    }

    @Test
    void prefersTheInstanceWithTheFewestRequestsInFlight() {
        apply(1, Routes.version("v1", 100, FIRST, SECOND, THIRD));
        InFlightRequest one = choose();
        InFlightRequest two = choose();
        InFlightRequest three = choose();

        assertThat(List.of(one.endpoint(), two.endpoint(), three.endpoint())).doesNotHaveDuplicates();

        choose();
        two.answered(200);
        three.answered(200);

        assertThat(choose().endpoint()).isNotEqualTo(one.endpoint());
        assertThat(choose().endpoint()).isNotEqualTo(one.endpoint());
    }

    @Test
    void splitsExactlyByWeightWhateverIsInFlight() {
        apply(1, Routes.version("v1", 70, FIRST), Routes.version("v2", 30, SECOND, THIRD));
        int first = 0;
        for (int i = 0; i < 100; i++) {
            first += choose().endpoint().address().equals(FIRST) ? 1 : 0;
        }

        assertThat(first).isEqualTo(70);
    }

    @Test
    void triesAnotherInstanceOfTheSameSetBeforeAnotherSet() {
        apply(1, Routes.version("v1", 50, FIRST, SECOND), Routes.version("v2", 50, THIRD));
        InFlightRequest failed = choose();
        while (failed.endpoint().address().equals(THIRD)) {
            failed = choose();
        }

        Choice next = route.choose(Set.of(failed.endpoint()), failed.set());

        assertThat(((Choice.Chosen) next).request().set()).isEqualTo(failed.set());
        assertThat(((Choice.Chosen) next).request().endpoint()).isNotEqualTo(failed.endpoint());
    }

    @Test
    void anEjectedInstanceIsChosenOnlyWhereAllAreEjected() {
        apply(1, Routes.version("v1", 100, FIRST, SECOND));
        Endpoint ejected = choose().endpoint();
        ejected.eject();
        for (int i = 0; i < 10; i++) {
            assertThat(choose().endpoint()).isNotEqualTo(ejected);
        }
        Endpoint other = choose().endpoint();
        other.eject();

        assertThat(choose().endpoint()).isIn(ejected, other);
        assertThat(choose(other).endpoint()).isEqualTo(ejected);
        assertThat(route.choose(Set.of(ejected, other), null)).isEqualTo(new Choice.NoInstance());
    }

    @Test
    void aNewRevisionKeepsWhatIsKnownOfAnInstance() {
        apply(1, Routes.version("v1", 100, FIRST));
        Endpoint before = choose().endpoint();
        before.eject();
        apply(2, Routes.version("v1", 100, FIRST, SECOND));

        assertThat(before.isRemoved()).isFalse();
        assertThat(choose().endpoint().address()).isEqualTo(SECOND);
    }

    @Test
    void anInstanceAtAnotherAddressIsAnotherEndpoint() {
        apply(1, Routes.version("v1", 100, FIRST));
        Endpoint before = choose().endpoint();
        apply(2, Routes.version("v1", 100, SECOND));

        assertThat(before.isRemoved()).isTrue();
        assertThat(choose().endpoint().address()).isEqualTo(SECOND);
        assertThat(inFlight()).containsExactly(Map.entry(Routes.instance("v1", 0), 2));
    }

    @Test
    void whatIsInFlightToARemovedInstanceIsReportedUntilItEnds() {
        apply(1, Routes.version("v1", 100, FIRST));
        InFlightRequest one = choose();
        InFlightRequest two = choose();
        apply(2, Routes.version("v2", 100, SECOND));

        assertThat(inFlight()).containsExactly(Map.entry(Routes.instance("v1", 0), 2));

        one.cut();

        assertThat(inFlight()).containsExactly(Map.entry(Routes.instance("v1", 0), 1));
        assertThat(route.isBusy()).isTrue();

        two.drop();

        assertThat(inFlight()).isEmpty();
        assertThat(route.isBusy()).isFalse();
    }

    @Test
    void aDeletedServiceIsBusyUntilTheLastRequestHasEnded() {
        apply(1, Routes.version("v1", 100, FIRST));
        InFlightRequest open = choose();
        route.remove();

        assertThat(route.choose(Set.of(), null)).isEqualTo(new Choice.Gone());
        assertThat(inFlight()).containsExactly(Map.entry(Routes.instance("v1", 0), 1));

        open.answered(200);

        assertThat(route.isBusy()).isFalse();
        assertThat(route.report(GatewayReport.NONE).counts())
                .singleElement()
                .satisfies(minute -> assertThat(minute.counts().answered()).isEqualTo(1));
    }

    /** Sent is answered, cut, abandoned or in flight; what is dropped before it was sent is none of them. */
    @Test
    void everySentRequestIsCountedToItsEnd() {
        apply(1, Routes.version("v1", 100, FIRST));
        choose().drop();
        InFlightRequest gone = choose();
        gone.sent();
        gone.drop();
        InFlightRequest open = choose();
        open.sent();
        choose().answered(200);
        choose().cut();

        RequestCounts counts = route.report(1).counts().getFirst().counts();

        assertThat(counts.sent()).isEqualTo(4);
        assertThat(counts.abandoned()).isEqualTo(1);
        assertThat(counts.sent() - counts.answered() - counts.cut() - counts.abandoned())
                .isEqualTo(1);
        assertThat(inFlight()).containsExactly(Map.entry(Routes.instance("v1", 0), 1));
    }

    @Test
    void aRequestEndsOnce() {
        apply(1, Routes.version("v1", 100, FIRST));
        InFlightRequest request = choose();
        request.sent();
        request.answered(200);
        request.cut();
        request.drop();
        choose();

        assertThat(inFlight()).containsExactly(Map.entry(Routes.instance("v1", 0), 1));
        assertThat(route.report(1).counts()).singleElement().satisfies(minute -> {
            assertThat(minute.counts().sent()).isEqualTo(1);
            assertThat(minute.counts().answered()).isEqualTo(1);
            assertThat(minute.counts().cut()).isZero();
        });
    }

    @Test
    void countsBySet() {
        apply(1, Routes.version("v1", 50, FIRST), Routes.version("v2", 50, SECOND));
        choose().answered(200);
        choose().answered(500);

        assertThat(route.report(1).counts())
                .extracting(MinuteCounts::set)
                .containsExactlyInAnyOrder(new InstanceSetId("set-v1"), new InstanceSetId("set-v2"));
    }

    @Test
    void countsAreReportedUntilTheyWereWritten() {
        apply(1, Routes.version("v1", 100, FIRST));
        choose().answered(200);
        GatewayReport lost = route.report(1);

        assertThat(route.report(1)).isEqualTo(lost);

        route.reported(lost);

        assertThat(route.report(1).counts()).isEmpty();
    }

    @Test
    void changesOnlyWithSomethingToReport() {
        apply(1, Routes.version("v1", 100, FIRST));
        long before = route.changes();

        assertThat(route.changes()).isEqualTo(before);

        InFlightRequest request = choose();
        long chosen = route.changes();

        assertThat(chosen).isGreaterThan(before);

        request.answered(200);

        assertThat(route.changes()).isGreaterThan(chosen);
    }

    /** From many threads at once nothing is lost, and nothing stays in flight. */
    @Test
    void countsRightUnderLoad() throws Exception {
        apply(1, Routes.version("v1", 50, FIRST, SECOND), Routes.version("v2", 50, THIRD));
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                all.add(threads.submit(() -> {
                    for (int n = 0; n < 1000; n++) {
                        InFlightRequest request = choose();
                        request.sent();
                        switch (n % 4) {
                            case 0, 1 -> request.answered(200);
                            case 2 -> request.cut();
                            default -> request.drop();
                        }
                    }
                }));
            }
            for (Future<?> each : all) {
                each.get();
            }
        }
        GatewayReport report = route.report(1);

        assertThat(report.inFlight()).isEmpty();
        assertThat(report.counts()).extracting(minute -> minute.counts().sent()).containsExactly(2000L, 2000L);
        RequestCounts sum =
                report.counts().stream().map(MinuteCounts::counts).reduce(RequestCounts.NONE, RequestCounts::plus);
        assertThat(sum.answered()).isEqualTo(2000);
        assertThat(sum.cut()).isEqualTo(1000);
        assertThat(sum.abandoned()).isEqualTo(1000);
    }
}
