package dev.slipway.testing.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.domain.instance.Address;
import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.route.GatewayIdentity;
import dev.slipway.domain.route.GatewayLink;
import dev.slipway.domain.route.GatewayLink.Registration;
import dev.slipway.domain.route.GatewayReport;
import dev.slipway.domain.route.Gateways;
import dev.slipway.domain.route.MinuteCounts;
import dev.slipway.domain.route.RouteDocument;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the register of gateways and a gateway's link do together. */
public abstract class GatewaysContract {

    private static final Address OLD = new Address.Tcp("127.0.0.1", 9001);
    private static final Address NEW = new Address.Tcp("127.0.0.1", 9002);
    private static final InstanceId LEAVING = Routes.instance("old", 0);

    private static final Instant MINUTE = Instant.parse("2026-11-01T12:30:00Z");
    private static final Instant NEXT = MINUTE.plusSeconds(60);

    private final String service = UUID.randomUUID().toString();
    private final String gateway = "gateway-" + UUID.randomUUID();
    private final GatewayIdentity identity = Routes.gateway(gateway);

    protected abstract Gateways gateways();

    protected abstract GatewayLink link();

    /** Writes the document as the control plane would, and wakes the gateways. */
    protected abstract void publish(RouteDocument document);

    /** Deletes the document as the control plane would. */
    protected abstract void erase(String service);

    @AfterEach
    void forgetTheGateway() {
        gateways().forget(gateway, served -> {});
    }

    private RouteDocument withOld(long revision) {
        return Routes.document(service, revision, Routes.version("old", 50, OLD), Routes.version("new", 50, NEW));
    }

    private RouteDocument withoutOld(long revision) {
        return Routes.document(service, revision, Routes.version("new", 100, NEW));
    }

    private void report(long revision, Map<InstanceId, Integer> inFlight) {
        link().report(identity, List.of(new GatewayReport(service, revision, inFlight, List.of())));
    }

    private List<Gateways.Holding> holding() {
        return gateways().holding(service, Set.of(LEAVING)).stream()
                .filter(holding -> holding.gatewayId().equals(gateway))
                .toList();
    }

    @Test
    void nobodyHoldsWithoutGateways() {
        publish(withoutOld(1));

        assertThat(holding()).isEmpty();
    }

    @Test
    void aRegisteredGatewayIsListedUntilForgotten() {
        link().register(identity);

        assertThat(gateways().registered())
                .anySatisfy(row -> assertThat(row.identity()).isEqualTo(identity));
        assertThat(link().registration(identity)).isEqualTo(Registration.OWN);

        gateways().forget(gateway, served -> {});

        assertThat(link().registration(identity)).isEqualTo(Registration.NONE);
    }

    @Test
    void registeringAgainRenewsTheIdentity() {
        link().register(identity);
        link().register(identity);

        assertThat(gateways().registered().stream()
                        .filter(row -> row.identity().id().equals(gateway)))
                .hasSize(1);
    }

    @Test
    void holdsWhileTheDocumentNamesALeavingInstance() {
        publish(withOld(1));
        link().register(identity);
        report(1, Map.of());

        assertThat(holding()).hasSize(1);
    }

    @Test
    void holdsUntilTheCurrentRevisionIsReported() {
        link().register(identity);
        publish(withOld(1));
        report(1, Map.of());
        publish(withoutOld(2));

        assertThat(holding()).singleElement().satisfies(held -> assertThat(held.reason())
                .contains("2"));

        report(2, Map.of());

        assertThat(holding()).isEmpty();
    }

    @Test
    void holdsAfterRegisteringUntilItReports() {
        publish(withoutOld(2));
        link().register(identity);

        assertThat(holding()).hasSize(1);

        report(GatewayReport.READING, Map.of());

        assertThat(holding()).hasSize(1);
    }

    @Test
    void aServiceThatItNeverNamedIsNotHeldOnceItHasToldWhatItServes() {
        publish(withoutOld(2));
        link().register(identity);

        assertThat(holding()).hasSize(1);

        link().report(identity, List.of());

        assertThat(holding()).isEmpty();

        link().register(identity);

        assertThat(holding()).hasSize(1);
    }

    @Test
    void aServiceThatItNeverNamedIsHeldWhileTheDocumentNamesALeavingInstance() {
        publish(withOld(1));
        link().register(identity);
        link().report(identity, List.of());

        assertThat(holding()).hasSize(1);
    }

    /** It may have read any revision since, and have requests open by it. */
    @Test
    void holdsOnceItIsAboutToReadAServiceThatItNeverNamed() {
        publish(withoutOld(2));
        link().register(identity);
        link().report(identity, List.of());
        report(GatewayReport.READING, Map.of());

        assertThat(holding()).hasSize(1);
    }

    @Test
    void withNothingLeavingItIsAskedWhetherItKnowsTheDocument() {
        publish(withoutOld(2));
        link().register(identity);
        link().report(identity, List.of());

        assertThat(knowing()).hasSize(1);

        report(2, Map.of());

        assertThat(knowing()).isEmpty();
    }

    private List<Gateways.Holding> knowing() {
        return gateways().holding(service, Set.of()).stream()
                .filter(holding -> holding.gatewayId().equals(gateway))
                .toList();
    }

    /** What the process before has sent may arrive late, also its first report: it says nothing of what this one serves. */
    @Test
    void aReportOfAProcessThatIsNoLongerRegisteredIsVoid() {
        GatewayIdentity restarted = Routes.restarted(identity);
        publish(withoutOld(2));
        link().register(identity);
        link().report(identity, List.of());
        link().register(restarted);

        assertThat(link().report(identity, List.of(new GatewayReport(service, 2, Map.of(), List.of()))))
                .isFalse();
        assertThat(holding()).hasSize(1);
    }

    @Test
    void holdsWhileARequestIsOpenToALeavingInstance() {
        publish(withoutOld(2));
        link().register(identity);
        report(2, Map.of(LEAVING, 3));

        assertThat(holding()).singleElement().satisfies(held -> {
            assertThat(held.gatewayId()).isEqualTo(gateway);
            assertThat(held.finishing()).isTrue();
        });

        report(2, Map.of(Routes.instance("new", 0), 7));

        assertThat(holding()).isEmpty();
    }

    @Test
    void aGatewayThatIsNotHeardOfGoesOnHolding() {
        link().register(identity);
        publish(withOld(1));
        report(1, Map.of());
        link().close();
        publish(withoutOld(2));

        assertThat(holding()).singleElement().satisfies(held -> assertThat(held.finishing())
                .isFalse());
    }

    @Test
    void aDeregisteredGatewayHoldsNothing() {
        publish(withoutOld(2));
        link().register(identity);
        link().deregister(identity);

        assertThat(holding()).isEmpty();
    }

    /** It may be executed after the next process has registered, and then that one holds. */
    @Test
    void aProcessThatIsNoLongerRegisteredDoesNotDeregisterItsSuccessor() {
        GatewayIdentity restarted = Routes.restarted(identity);
        publish(withoutOld(2));
        link().register(identity);
        link().register(restarted);

        link().deregister(identity);

        assertThat(link().registration(restarted)).isEqualTo(Registration.OWN);
        assertThat(holding()).hasSize(1);
    }

    @Test
    void anErasedServiceIsHeldUntilToldGone() {
        link().register(identity);
        publish(withOld(1));
        report(1, Map.of());
        erase(service);

        assertThat(holding()).hasSize(1);

        report(GatewayReport.NONE, Map.of(LEAVING, 1));

        assertThat(holding()).hasSize(1);

        report(GatewayReport.NONE, Map.of());

        assertThat(holding()).isEmpty();
    }

    @Test
    void anErasedServiceThatWasNeverToldOfIsNotHeld() {
        publish(withOld(1));
        erase(service);
        link().register(identity);

        assertThat(holding()).hasSize(1);

        link().report(identity, List.of());

        assertThat(holding()).isEmpty();

        report(GatewayReport.READING, Map.of());

        assertThat(holding()).hasSize(1);
    }

    @Test
    void theFirstReportAfterRegisteringIsTheWholeTruth() {
        link().register(identity);
        publish(withOld(1));
        report(1, Map.of(LEAVING, 1));
        erase(service);
        link().register(identity);

        assertThat(holding()).hasSize(1);

        link().report(identity, List.of());

        assertThat(holding()).isEmpty();
    }

    private List<Gateways.ServedService> servedBy() {
        return gateways().servedBy(gateway).stream()
                .filter(served -> served.service().equals(service))
                .toList();
    }

    @Test
    void isBoundToWhatItMayServe() {
        assertThat(servedBy()).isEmpty();

        link().register(identity);

        assertThat(servedBy()).isEmpty();

        publish(withOld(1));

        assertThat(servedBy()).singleElement().satisfies(served -> assertThat(served.behind())
                .isNotNull());

        report(1, Map.of(LEAVING, 2, Routes.instance("new", 0), 1));

        assertThat(servedBy()).containsExactly(new Gateways.ServedService(service, null, 3));

        erase(service);

        assertThat(servedBy()).hasSize(1);

        report(GatewayReport.NONE, Map.of());

        assertThat(servedBy()).isEmpty();
    }

    @Test
    void isNotBoundToAServiceThatItNeverNamed() {
        publish(withOld(1));
        link().register(identity);

        assertThat(servedBy()).hasSize(1);

        link().report(identity, List.of());

        assertThat(servedBy()).isEmpty();
    }

    @Test
    void isNotBoundToAServiceThatItKnowsToBeStopped() {
        link().register(identity);
        publish(new RouteDocument(service, Routes.PROJECT, 1, false, List.of()));

        assertThat(servedBy()).hasSize(1);

        report(1, Map.of());

        assertThat(servedBy()).isEmpty();
    }

    @Test
    void forcedOffItReleasesWhatItMayHaveServed() {
        link().register(identity);
        publish(withOld(1));
        report(1, Map.of(LEAVING, 1));
        List<String> released = new ArrayList<>();

        gateways().forget(gateway, served -> released.add(served.service()));

        assertThat(released).contains(service);
        assertThat(holding()).isEmpty();
        assertThat(link().registration(identity)).isEqualTo(Registration.NONE);

        released.clear();
        gateways().forget(gateway, served -> released.add(served.service()));

        assertThat(released).isEmpty();
    }

    private boolean count(GatewayIdentity reporter, MinuteCounts... counts) {
        return link().report(reporter, List.of(new GatewayReport(service, 1, Map.of(), List.of(counts))));
    }

    private List<MinuteCounts> counts() {
        return gateways().counts(service, MINUTE, MINUTE.plusSeconds(3600));
    }

    @Test
    void countsOfAMinuteTakeThePlaceOfThoseToldBefore() {
        link().register(identity);
        count(identity, Routes.counts("new", MINUTE, 3, 1, 1));
        count(identity, Routes.counts("new", MINUTE, 3, 1, 1));

        assertThat(counts()).containsExactly(Routes.counts("new", MINUTE, 3, 1, 1));

        count(identity, Routes.counts("new", MINUTE, 5, 1, 2));

        assertThat(counts()).containsExactly(Routes.counts("new", MINUTE, 5, 1, 2));
        assertThat(gateways().totals(service)).isEqualTo(new Gateways.RequestTotals(10, 6, 2, 2));
    }

    @Test
    void countsThatArriveLateTakeNothingBack() {
        link().register(identity);
        count(identity, Routes.counts("new", MINUTE, 5, 1, 2));
        count(identity, Routes.counts("new", MINUTE, 3, 1, 1));

        assertThat(counts()).containsExactly(Routes.counts("new", MINUTE, 5, 1, 2));
    }

    @Test
    void whatARestartedGatewayCountsIsAddedToWhatItCountedBefore() {
        GatewayIdentity restarted = Routes.restarted(identity);
        link().register(identity);
        count(identity, Routes.counts("new", MINUTE, 5, 1, 2));
        link().register(restarted);
        count(restarted, Routes.counts("new", MINUTE, 1, 0, 0));
        // told again, as after an answer that was lost
        count(restarted, Routes.counts("new", MINUTE, 1, 0, 0));

        assertThat(counts())
                .containsExactly(Routes.counts("new", MINUTE, 5, 1, 2).plus(Routes.counts("new", MINUTE, 1, 0, 0)));
        assertThat(gateways().totals(service)).isEqualTo(new Gateways.RequestTotals(11, 7, 2, 2));
    }

    @Test
    void countsOfGatewaysAddUpBySetAndMinute() {
        GatewayIdentity other = Routes.gateway(gateway + "-other");
        link().register(identity);
        count(identity, Routes.counts("old", NEXT, 1, 0, 0), Routes.counts("new", MINUTE, 5, 1, 2));
        link().register(other);
        count(other, Routes.counts("new", MINUTE, 1, 0, 1), Routes.counts("new", NEXT, 2, 0, 0));
        gateways().forget(other.id(), served -> {});

        assertThat(counts())
                .containsExactly(
                        Routes.counts("new", MINUTE, 5, 1, 2).plus(Routes.counts("new", MINUTE, 1, 0, 1)),
                        Routes.counts("new", NEXT, 2, 0, 0),
                        Routes.counts("old", NEXT, 1, 0, 0));
        assertThat(gateways().counts(service, MINUTE, NEXT)).hasSize(1);
        assertThat(gateways().counts(service, NEXT, NEXT.plusSeconds(60))).hasSize(2);
        assertThat(gateways().counts(UUID.randomUUID().toString(), MINUTE, NEXT))
                .isEmpty();
    }

    @Test
    void oldMinutesAreRemovedAndStayInTheTotals() {
        Instant old = Instant.parse("2001-01-01T00:00:00Z");
        publish(withoutOld(1));
        link().register(identity);
        count(identity, Routes.counts("new", old, 1, 0, 0), Routes.counts("new", old.plusSeconds(60), 2, 1, 1));
        count(identity, Routes.counts("new", MINUTE, 4, 0, 0));

        assertThat(gateways().removeCountsBefore(old.plusSeconds(120), 1)).isEqualTo(1);
        assertThat(gateways().counts(service, old, old.plusSeconds(120)))
                .containsExactly(Routes.counts("new", old.plusSeconds(60), 2, 1, 1));
        assertThat(gateways().removeCountsBefore(old.plusSeconds(120), 10)).isEqualTo(1);
        assertThat(gateways().removeCountsBefore(old.plusSeconds(120), 10)).isZero();

        assertThat(gateways().counts(service, old, NEXT)).containsExactly(Routes.counts("new", MINUTE, 4, 0, 0));
        assertThat(gateways().totals(service)).isEqualTo(new Gateways.RequestTotals(10, 8, 1, 1));
    }

    @Test
    void nothingStaysOfADeletedServiceOnceItsMinutesAreRemoved() {
        Instant old = Instant.parse("2002-01-01T00:00:00Z");
        publish(withoutOld(1));
        link().register(identity);
        count(identity, Routes.counts("new", old, 1, 0, 0), Routes.counts("new", old.plusSeconds(60), 1, 0, 0));
        gateways().removeCountsBefore(old.plusSeconds(60), 10);
        erase(service);
        gateways().removeCountsBefore(old.plusSeconds(120), 10);

        assertThat(gateways().totals(service)).isEqualTo(new Gateways.RequestTotals(0, 0, 0, 0));
    }

    @Test
    void aReportOfOneThatIsNotRegisteredIsVoid() {
        publish(withoutOld(2));

        assertThat(count(identity, Routes.counts("new", MINUTE, 1, 0, 0))).isFalse();
        assertThat(holding()).isEmpty();
        assertThat(counts()).isEmpty();
        assertThat(link().registration(identity)).isEqualTo(Registration.NONE);

        link().register(identity);

        assertThat(count(identity)).isTrue();
    }

    @Test
    void readsWhatWasPublished() {
        publish(withOld(3));

        assertThat(link().revisions()).containsEntry(service, 3L);
        assertThat(link().documents(List.of(service, UUID.randomUUID().toString())))
                .containsExactly(withOld(3));

        erase(service);

        assertThat(link().revisions()).doesNotContainKey(service);
    }

    @Test
    void aChangeWakesWhoWaits() throws InterruptedException {
        GatewayLink link = link();
        assertThat(link.revisions()).doesNotContainKey(service);
        AtomicBoolean woken = new AtomicBoolean();
        Thread waiting = Thread.ofVirtual().start(() -> {
            try {
                woken.set(link.awaitChange(Duration.ofSeconds(20)));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        publish(withOld(1));
        waiting.join(Duration.ofSeconds(15));

        assertThat(woken).isTrue();
    }

    @Test
    void aChangeBeforeTheWaitIsHeardOf() throws InterruptedException {
        assertThat(link().revisions()).doesNotContainKey(service);
        publish(withOld(1));

        assertThat(link().awaitChange(Duration.ofSeconds(20))).isTrue();
    }

    @Test
    void withoutAChangeTheWaitEnds() throws InterruptedException {
        assertThat(link().revisions()).doesNotContainKey(service);

        assertThat(link().awaitChange(Duration.ofMillis(50))).isFalse();
    }
}
