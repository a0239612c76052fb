package dev.slipway.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.domain.instance.Address;
import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.route.GatewayIdentity;
import dev.slipway.domain.route.GatewayLink;
import dev.slipway.domain.route.Gateways.RequestTotals;
import dev.slipway.domain.route.RouteDocument;
import dev.slipway.testing.fault.Interruption;
import dev.slipway.testing.instance.Await;
import dev.slipway.testing.route.InMemoryGateways;
import dev.slipway.testing.route.InMemoryGateways.FakeGatewayLink;
import dev.slipway.testing.route.Routes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RouteFollowerTests {

    private static final String SERVICE = "a-service";
    private static final Address OLD = new Address.Tcp("127.0.0.1", 9001);
    private static final Address NEW = new Address.Tcp("127.0.0.1", 9002);
    private static final Duration FIRST_READ = Duration.ofSeconds(10);

    @TempDir
    private Path data;

    private final Clock clock = Clock.systemUTC();
    private final InMemoryGateways register = new InMemoryGateways(clock);
    private RouteCache routes = new RouteCache(clock);
    private FakeGatewayLink link = register.link();
    private @Nullable GatewayFolder folder;
    private @Nullable RouteFollower follower;

    @AfterEach
    void end() {
        stop(false);
    }

    /** Starts a gateway's follower on the data folder, with nothing in memory. */
    private void start(boolean away) {
        link = register.link();
        link.away(away);
        start(link, away);
    }

    private void start(GatewayLink link, boolean away) {
        start(link, away, Duration.ofSeconds(30));
    }

    private void start(GatewayLink link, boolean away, Duration longestRound) {
        routes = new RouteCache(clock);
        GatewayFolder taken = GatewayFolder.take(data);
        folder = taken;
        GatewayIdentity identity = taken.identity("http://127.0.0.1:1", clock.instant());
        RouteFollower started =
                new RouteFollower(link, routes, taken, identity, new InstanceLeases(data, clock), longestRound);
        follower = started;
        started.start(away ? Duration.ZERO : FIRST_READ);
    }

    private void stop(boolean deregister) {
        if (follower != null) {
            follower.close(deregister);
            follower = null;
        }
        if (folder != null) {
            folder.close();
            folder = null;
        }
    }

    private void publish(long revision, RouteDocument.Version... versions) {
        register.publish(Routes.document(SERVICE, revision, versions));
    }

    private ServiceRoute route() {
        return Objects.requireNonNull(routes.find(SERVICE), "route of the service");
    }

    private InFlightRequest choose() {
        return ((Choice.Chosen) route().choose(Set.of(), null)).request();
    }

    private boolean isAcknowledged(InstanceId... leaving) {
        return register.holding(SERVICE, Set.of(leaving)).isEmpty();
    }

    private void awaitAcknowledged() {
        Await.until("the acknowledgement", this::isAcknowledged, () -> register.holding(SERVICE, Set.of()));
    }

    private void awaitTotals(long sent, long answered, long cut) {
        Await.until(
                "totals of the service",
                () -> register.totals(SERVICE).equals(new RequestTotals(sent, answered, cut, 0)),
                () -> register.totals(SERVICE));
    }

    private Path copy() {
        return data.resolve("gateway/1/routes/" + SERVICE + ".json");
    }

    /** Whatever ends the thread: without it the gateway would serve the routes of that moment for ever. */
    @Test
    void goesOnInAnotherThreadIfItsOwnHasEnded() {
        publish(1, Routes.version("v1", 100, OLD));
        start(register.link(), false, Duration.ofMillis(200));
        awaitAcknowledged();
        List<Thread> before = followers();
        assertThat(before).hasSize(1);

        before.getFirst().interrupt();
        Await.until(
                "another thread",
                () -> !followers().equals(before) && followers().size() == 1,
                this::followers);
        publish(2, Routes.version("v2", 100, NEW));

        awaitAcknowledged();
        assertThat(route().revision()).isEqualTo(2);
    }

    private List<Thread> followers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("slipway-gateway-routes") && thread.isAlive())
                .toList();
    }

    @Test
    void aCallThatNeverEndsIsGivenUp() {
        publish(1, Routes.version("v1", 100, OLD));
        FakeGatewayLink hanging = register.link();
        start(hanging, false, Duration.ofMillis(200));
        awaitAcknowledged();

        hanging.hang();
        publish(2, Routes.version("v2", 100, NEW));

        awaitAcknowledged();
        assertThat(route().revision()).isEqualTo(2);
    }

    /** After an outage: a thousand documents are not a thousand writes that each wait for the disk. */
    @Test
    void manyDocumentsAreOneFile() throws IOException {
        for (int i = 0; i < 1000; i++) {
            register.publish(Routes.document("service-" + i, 1, Routes.version("v1", 100, OLD)));
        }
        start(false);
        assertThat(names()).containsExactly("_together.json");

        register.publish(Routes.document("service-7", 2, Routes.version("v2", 100, NEW)));
        register.erase("service-8");
        Await.until(
                "the copies",
                () -> register.holding("service-7", Set.of()).isEmpty()
                        && register.holding("service-8", Set.of()).isEmpty(),
                () -> register.holding("service-7", Set.of()));
        assertThat(names()).containsExactlyInAnyOrder("_together.json", "service-7.json");
        stop(false);

        start(true);
        assertThat(routes.all()).hasSize(999);
        assertThat(Objects.requireNonNull(routes.find("service-7")).revision()).isEqualTo(2);
        assertThat(routes.find("service-8")).isNull();
    }

    private List<String> names() throws IOException {
        try (var files = Files.list(copy().getParent())) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    @Test
    void registersAgainWhenAnotherProcessHasTakenItsPlace() {
        publish(1, Routes.version("v1", 100, OLD));
        start(false);
        awaitAcknowledged();
        GatewayIdentity own = register.registered().getFirst().identity();
        register.link().register(Routes.restarted(own));
        assertThat(isAcknowledged()).isFalse();
        publish(2, Routes.version("v1", 100, OLD));

        awaitAcknowledged();
        assertThat(register.registered()).singleElement().satisfies(row -> assertThat(row.identity())
                .isEqualTo(own));
    }

    @Test
    void readsAndAcknowledgesAtItsStart() {
        publish(3, Routes.version("v1", 100, OLD));
        start(false);

        assertThat(routes.isComplete()).isTrue();
        assertThat(route().revision()).isEqualTo(3);
        assertThat(isAcknowledged()).isTrue();
        assertThat(copy()).exists();
    }

    /** Whatever fails: without its thread the gateway would serve routes of long ago. */
    @Test
    void goesOnFollowingAfterAnyFailure() {
        Deque<Throwable> failures = new ConcurrentLinkedDeque<>(
                List.of(new IllegalStateException("odd"), new NoClassDefFoundError("gone")));
        GatewayLink failing = (GatewayLink) Interruption.before(register.link(), GatewayLink.class, call -> {
            if (call.equals("awaitChange")) {
                Throwable next = failures.poll();
                if (next instanceof Error error) {
                    throw error;
                }
                if (next instanceof RuntimeException failure) {
                    throw failure;
                }
            }
        });
        publish(1, Routes.version("old", 100, OLD));
        start(failing, false);
        publish(2, Routes.version("new", 100, NEW));

        awaitAcknowledged();
        Await.until("both failures", failures::isEmpty, () -> failures);
        publish(3, Routes.version("old", 100, OLD));

        awaitAcknowledged();
        assertThat(route().revision()).isEqualTo(3);
    }

    @Test
    void followsAChangeAndReportsWhatIsStillInFlightToTheInstanceThatLeft() {
        publish(1, Routes.version("old", 100, OLD));
        start(false);
        InFlightRequest open = choose();
        publish(2, Routes.version("new", 100, NEW));
        awaitAcknowledged();
        InstanceId left = Routes.instance("old", 0);

        assertThat(isAcknowledged(left)).isFalse();
        assertThat(choose().endpoint().address()).isEqualTo(NEW);

        open.answered(200);

        Await.until(
                "the instance to be released",
                () -> isAcknowledged(left),
                () -> register.holding(SERVICE, Set.of(left)));
    }

    @Test
    void aRevisionThatIsNotOnTheDiskIsServedAndNotAcknowledged() throws IOException {
        publish(1, Routes.version("old", 100, OLD));
        start(false);
        Path obstacle = Files.createDirectory(copy().resolveSibling(SERVICE + ".json.new"));
        publish(2, Routes.version("new", 100, NEW));
        Await.until("the revision to be served", () -> route().revision() == 2, () -> route().revision());

        assertThat(isAcknowledged()).isFalse();

        Files.delete(obstacle);
        awaitAcknowledged();
    }

    @Test
    void servesByItsDiskUntilTheDatabaseAnswers() {
        publish(1, Routes.version("old", 100, OLD));
        start(false);
        stop(false);
        start(true);

        assertThat(route().revision()).isEqualTo(1);
        assertThat(routes.isComplete()).isFalse();

        publish(2, Routes.version("new", 100, NEW));
        link.away(false);
        awaitAcknowledged();

        assertThat(route().revision()).isEqualTo(2);
        assertThat(routes.isComplete()).isTrue();
    }

    @Test
    void doesNotServeItsDiskAfterDeregistering() {
        publish(1, Routes.version("old", 100, OLD));
        start(false);
        stop(true);

        assertThat(register.registered()).isEmpty();

        start(true);

        assertThat(routes.find(SERVICE)).isNull();
    }

    @Test
    void doesNotDeregisterWithARequestInFlight() {
        publish(1, Routes.version("old", 100, OLD));
        start(false);
        InFlightRequest open = choose();
        stop(true);

        assertThat(register.registered()).hasSize(1);

        open.drop();
    }

    @Test
    void aDeletedServiceIsForgottenOnceItsLastRequestHasEnded() {
        publish(1, Routes.version("old", 100, OLD));
        start(false);
        InFlightRequest open = choose();
        register.erase(SERVICE);
        Await.until("the copy to go", () -> !Files.exists(copy()), () -> Files.exists(copy()));

        assertThat(isAcknowledged(Routes.instance("old", 0))).isFalse();

        open.answered(200);
        Await.until("the route to go", () -> routes.find(SERVICE) == null, () -> routes.find(SERVICE));

        assertThat(isAcknowledged(Routes.instance("old", 0))).isTrue();
        assertThat(register.totals(SERVICE)).isEqualTo(new RequestTotals(1, 1, 0, 0));
    }

    @Test
    void aReportWhoseAnswerIsLostCountsOnce() {
        publish(1, Routes.version("old", 100, OLD));
        start(false);
        link.loseAnswers(true);
        choose().answered(200);
        awaitTotals(1, 1, 0);
        choose().answered(200);
        awaitTotals(2, 2, 0);
        link.loseAnswers(false);
        choose().cut();

        awaitTotals(3, 2, 1);
    }

    @Test
    void whatIsCountedWhileTheDatabaseIsAwayIsReportedLater() {
        publish(1, Routes.version("old", 100, OLD));
        start(false);
        link.away(true);
        for (int i = 0; i < 10; i++) {
            choose().answered(200);
        }
        link.away(false);

        awaitTotals(10, 10, 0);
    }

    @Test
    void aRestartInTheSameMinuteAddsToWhatWasCountedBefore() {
        publish(1, Routes.version("old", 100, OLD));
        start(false);
        choose().answered(200);
        choose().answered(200);
        awaitTotals(2, 2, 0);
        stop(false);
        start(false);
        choose().answered(500);

        awaitTotals(3, 3, 0);
    }

    @Test
    void whatIsCountedWhileItIsOffTheRegisterIsNotLost() {
        publish(1, Routes.version("old", 100, OLD));
        start(false);
        String id = register.registered().getFirst().identity().id();
        choose().answered(200);
        register.forget(id, served -> {});
        choose().answered(200);
        awaitTotals(2, 2, 0);

        assertThat(register.registered()).hasSize(1);
        awaitAcknowledged();
    }

    @Test
    void countsTheLastRequestsBeforeItDeregisters() {
        publish(1, Routes.version("old", 100, OLD));
        start(false);
        choose().answered(200);
        stop(true);

        assertThat(register.totals(SERVICE)).isEqualTo(new RequestTotals(1, 1, 0, 0));
        assertThat(register.registered()).isEmpty();
    }

    @Test
    void touchesTheLeasesOfTheInstancesOfItsMachine() throws IOException {
        Path instance = Files.createDirectories(
                data.resolve("instances").resolve(Routes.instance("old", 0).toString()));
        Path lease = Files.createFile(instance.resolve("lease"));
        Files.setLastModifiedTime(lease, FileTime.from(Instant.EPOCH));
        publish(1, Routes.version("old", 100, OLD));
        start(false);

        Await.until("the lease to be touched", () -> isTouched(lease), () -> "not touched");
        assertThat(List.of(data.resolve("instances").toFile().list()))
                .containsExactly(instance.getFileName().toString());
    }

    @Test
    void aLeaseThatCannotBeTouchedHarmsNoNeighbour() throws IOException {
        List<Path> leases = new ArrayList<>();
        for (int ordinal = 0; ordinal < 3; ordinal++) {
            Path instance = data.resolve("instances")
                    .resolve(Routes.instance("old", ordinal).toString());
            leases.add(Files.createDirectories(instance).resolve("lease"));
        }
        // A link to itself: whoever follows it fails, whatever rights he has.
        Files.createSymbolicLink(leases.get(1), leases.get(1).getFileName());
        publish(1, Routes.version("old", 100, OLD, NEW, new Address.Tcp("127.0.0.1", 9003)));
        start(false);

        Await.until(
                "the neighbours' leases",
                () -> Files.exists(leases.getFirst()) && Files.exists(leases.getLast()),
                () -> leases);
    }

    private static boolean isTouched(Path lease) {
        try {
            return Files.getLastModifiedTime(lease).toInstant().isAfter(Instant.EPOCH);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
