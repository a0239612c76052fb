package dev.slipway.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.domain.route.GatewayReport;
import dev.slipway.domain.route.Gateways.Registered;
import dev.slipway.gateway.predict.Limits;
import dev.slipway.testing.instance.Wait;
import dev.slipway.testing.route.Routes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gateway's life: it drains, crashes, comes back with the database away, is forgotten, and acknowledges only what is on its disk. */
class LifeTests {

    @TempDir
    private Path data;

    private final ScriptedInstance instance = ScriptedInstance.answering("ok");

    @AfterEach
    void close() throws IOException {
        instance.close();
    }

    private GatewayHouse serving() {
        return GatewayHouse.serving(data, Limits.defaults(), instance.address());
    }

    private static List<String> registered(GatewayHouse house) {
        return house.register.registered().stream()
                .map(Registered::identity)
                .map(identity -> identity.id())
                .toList();
    }

    @Test
    void endsOnlyAfterWhatIsOpenIsAnswered() throws Exception {
        CountDownLatch answer = new CountDownLatch(1);
        ScriptedInstance slow = new ScriptedInstance(wire -> {
            wire.request();
            answer.await();
            wire.answer("late");
        });
        try (GatewayHouse house = serving();
                ExecutorService background = Executors.newVirtualThreadPerTaskExecutor()) {
            house.publish(Routes.version("v1", 100, slow.address()));
            RawClient client = house.client().send(GatewayHouse.prediction("1"));
            slow.awaitRequests(1);
            Future<?> closing = background.submit(() -> house.gateway().close());
            Wait.until("new clients to be refused", () -> isRefused(house), () -> "accepted");

            assertThat(registered(house)).hasSize(1);
            assertThat(closing.isDone()).isFalse();

            answer.countDown();
            Message late = client.answer();

            assertThat(late.text()).isEqualTo("late");
            assertThat(late.header("connection")).isEqualTo("close");
            closing.get();
            assertThat(registered(house)).isEmpty();
        } finally {
            slow.close();
        }
    }

    private static boolean isRefused(GatewayHouse house) {
        try (RawClient client = house.client()) {
            return client.isClosedByGateway();
        } catch (IOException refused) {
            return true;
        }
    }

    /** Clients that send one request after the other over kept connections: each is answered, the last with Connection: close. */
    @Test
    void failsNobodyWhenItEndsUnderLoad() throws Exception {
        try (GatewayHouse house = serving();
                ExecutorService background = Executors.newVirtualThreadPerTaskExecutor()) {
            AtomicInteger answered = new AtomicInteger();
            List<Future<?>> clients = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                RawClient client = house.client();
                clients.add(background.submit(() -> {
                    try (client) {
                        Message answer;
                        do {
                            answer =
                                    client.send(GatewayHouse.prediction("1234")).answer();
                            assertThat(answer.text()).isEqualTo("ok 4");
                            answered.incrementAndGet();
                        } while (answer.header("connection") == null);
                    }
                    return answered.get();
                }));
            }
            Wait.until("load", () -> answered.get() > 500, answered::get);
            house.gateway().close();

            for (Future<?> client : clients) {
                client.get();
            }
            assertThat(instance.requests()).isEqualTo(answered.get());
            GatewayReport.VersionCount counts = house.counts();
            assertThat(counts.answered()).isEqualTo(answered.get());
            assertThat(counts.failed()).isZero();
            assertThat(registered(house)).isEmpty();
        }
    }

    @Test
    void killedAndStartedAgainWithTheDatabaseAwayItServesByItsDisk() throws IOException {
        try (GatewayHouse house = serving()) {
            String id = house.gateway().id();
            house.gateway().kill();
            house.startAway(true);

            assertThat(house.gateway().id()).isEqualTo(id);
            assertThat(house.predict("123").text()).isEqualTo("ok 3");

            house.link().away(false);
            house.publish(Routes.version("v1", 100, instance.address()));

            assertThat(house.predict("123").text()).isEqualTo("ok 3");
            assertThat(registered(house)).containsExactly(id);
        }
    }

    @Test
    void servesOnWhileTheDatabaseIsAway() throws IOException {
        try (GatewayHouse house = serving()) {
            house.link().away(true);
            for (int i = 0; i < 10; i++) {
                assertThat(house.predict("123").text()).isEqualTo("ok 3");
            }
            house.link().away(false);
            house.awaitCounts(10, 10, 0);
        }
    }

    @Test
    void afterAGoodbyeItServesOnlyOnceRegisteredAgain() throws IOException {
        try (GatewayHouse house = serving()) {
            house.gateway().close();
            house.startAway(true);

            Message answer = house.predict("1");

            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.text()).contains("ModelArts.4302");

            house.link().away(false);
            Wait.until("it to register", () -> registered(house).size() == 1, () -> registered(house));
            Wait.until("it to serve", () -> status(house) == 200, () -> status(house));
        }
    }

    private static int status(GatewayHouse house) {
        try {
            return house.predict("1").status();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void forgottenWhileItLivesItRegistersAgain() throws IOException {
        try (GatewayHouse house = serving()) {
            String id = house.gateway().id();
            house.register.forget(id, bond -> {});

            Wait.until("it to register again", () -> registered(house).contains(id), () -> registered(house));
            Wait.until(
                    "it to tell what it serves",
                    () -> house.register.holding(GatewayHouse.SERVICE, Set.of()).isEmpty(),
                    () -> house.register.holding(GatewayHouse.SERVICE, Set.of()));
            assertThat(house.predict("1").status()).isEqualTo(200);
        }
    }

    @Test
    void aSecondGatewayTakesTheNextIdentity() throws IOException {
        try (GatewayHouse first = serving();
                GatewayHouse second = serving()) {
            assertThat(second.gateway().id()).isNotEqualTo(first.gateway().id());
            assertThat(second.predict("1").status()).isEqualTo(200);
        }
    }

    /** The first identity has said goodbye: with the database away only the second has a copy that may be served. */
    @Test
    void prefersAnIdentityWhoseCopyMayBeServed() throws IOException {
        try (GatewayHouse first = serving();
                GatewayHouse second = serving()) {
            String crashed = second.gateway().id();
            first.gateway().close();
            second.gateway().kill();
            second.startAway(true);

            assertThat(second.gateway().id()).isEqualTo(crashed);
            assertThat(second.predict("1").status()).isEqualTo(200);
        }
    }

    @Test
    void acknowledgesOnlyWhatIsOnItsDisk() throws IOException {
        try (GatewayHouse house = serving()) {
            Path routes = data.resolve("gateway").resolve("1").resolve("routes");
            Path copy = routes.resolve(GatewayHouse.SERVICE + ".json");
            assertThat(Files.readString(copy)).contains("\"revision\":1");
            // A folder in the way of the draft: what cannot be written may be served, and is not acknowledged.
            Path obstacle = Files.createDirectory(routes.resolve(GatewayHouse.SERVICE + ".json.new"));
            ScriptedInstance next = ScriptedInstance.answering("next");
            house.register.publish(Routes.document(GatewayHouse.SERVICE, 2, Routes.version("v2", 100, next.address())));
            Wait.until("it to serve by revision 2", () -> text(house).equals("next 1"), () -> text(house));

            assertThat(house.register.holding(GatewayHouse.SERVICE, Set.of())).hasSize(1);
            assertThat(Files.readString(copy)).contains("\"revision\":1");

            Files.delete(obstacle);
            Wait.until(
                    "it to acknowledge",
                    () -> house.register.holding(GatewayHouse.SERVICE, Set.of()).isEmpty(),
                    () -> house.register.holding(GatewayHouse.SERVICE, Set.of()));
            assertThat(Files.readString(copy)).contains("\"revision\":2");
            next.close();
        }
    }

    private static String text(GatewayHouse house) {
        try {
            return house.predict("1").text();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aServiceThatIsDeletedIsServedNoMoreAndItsCopyGoes() throws IOException {
        try (GatewayHouse house = serving()) {
            house.register.erase(GatewayHouse.SERVICE);
            Wait.until("it to be unknown", () -> status(house) == 404, () -> status(house));
            Wait.until(
                    "it to tell",
                    () -> house.register.holding(GatewayHouse.SERVICE, Set.of()).isEmpty(),
                    () -> house.register.holding(GatewayHouse.SERVICE, Set.of()));
            assertThat(data.resolve("gateway/1/routes/" + GatewayHouse.SERVICE + ".json"))
                    .doesNotExist();
        }
    }

    @Test
    void anAddressInUseLeavesItsIdentityFree() throws IOException {
        try (GatewayHouse house = serving()) {
            int port = house.gateway().address().getPort();
            GatewayProperties same = new GatewayProperties(
                    "127.0.0.1",
                    port,
                    data,
                    new dev.slipway.adapters.postgres.DatabaseProperties(
                            "jdbc:postgresql://127.0.0.1:1/x", "a", "b", 1),
                    dev.slipway.domain.access.TokenKey.of(new byte[32]),
                    Limits.defaults(),
                    1);
            assertThatThrownBy(() -> Gateway.start(same, house.register.link(), java.time.Clock.systemUTC()))
                    .hasMessageContaining("in use");
            Path second = data.resolve("gateway").resolve("2");
            try (var lock =
                    Objects.requireNonNull(dev.slipway.adapters.postgres.route.IdentityLock.tryTake(second), "lock")) {
                assertThat(lock).isNotNull();
            }
        }
    }
}
