package dev.slipway.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.domain.route.Gateways;
import dev.slipway.domain.route.Gateways.Registered;
import dev.slipway.gateway.predict.Limits;
import dev.slipway.testing.instance.Await;
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
class GatewayLifecycleTests {

    @TempDir
    private Path data;

    private final ScriptedInstance instance = ScriptedInstance.answering("ok");

    @AfterEach
    void close() throws IOException {
        instance.close();
    }

    private GatewayFixture serving() {
        return GatewayFixture.serving(data, Limits.defaults(), instance.address());
    }

    private static List<String> registered(GatewayFixture fixture) {
        return fixture.register.registered().stream()
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
        try (GatewayFixture fixture = serving();
                ExecutorService background = Executors.newVirtualThreadPerTaskExecutor()) {
            fixture.publish(Routes.version("v1", 100, slow.address()));
            RawClient client = fixture.client().send(GatewayFixture.prediction("1"));
            slow.awaitRequests(1);
            Future<?> closing = background.submit(() -> fixture.gateway().close());
            Await.until("new clients to be refused", () -> isRefused(fixture), () -> "accepted");

            assertThat(registered(fixture)).hasSize(1);
            assertThat(closing.isDone()).isFalse();

            answer.countDown();
            Message late = client.answer();

            assertThat(late.text()).isEqualTo("late");
            assertThat(late.header("connection")).isEqualTo("close");
            closing.get();
            assertThat(registered(fixture)).isEmpty();
        } finally {
            slow.close();
        }
    }

    private static boolean isRefused(GatewayFixture fixture) {
        try (RawClient client = fixture.client()) {
            return client.isClosedByGateway();
        } catch (IOException refused) {
            return true;
        }
    }

    /** Clients that send one request after the other over kept connections: each is answered, the last with Connection: close. */
    @Test
    void failsNobodyWhenItEndsUnderLoad() throws Exception {
        try (GatewayFixture fixture = serving();
                ExecutorService background = Executors.newVirtualThreadPerTaskExecutor()) {
            AtomicInteger answered = new AtomicInteger();
            List<Future<?>> clients = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                RawClient client = fixture.client();
                clients.add(background.submit(() -> {
                    try (client) {
                        Message answer;
                        do {
                            answer = client.send(GatewayFixture.prediction("1234"))
                                    .answer();
                            assertThat(answer.text()).isEqualTo("ok 4");
                            answered.incrementAndGet();
                        } while (answer.header("connection") == null);
                    }
                    return answered.get();
                }));
            }
            Await.until("load", () -> answered.get() > 500, answered::get);
            fixture.gateway().close();

            for (Future<?> client : clients) {
                client.get();
            }
            assertThat(instance.requests()).isEqualTo(answered.get());
            Gateways.RequestTotals totals = fixture.totals();
            assertThat(totals.answered()).isEqualTo(answered.get());
            assertThat(totals.cut()).isZero();
            assertThat(registered(fixture)).isEmpty();
        }
    }

    @Test
    void killedAndStartedAgainWithTheDatabaseAwayItServesByItsDisk() throws IOException {
        try (GatewayFixture fixture = serving()) {
            String id = fixture.gateway().id();
            fixture.gateway().kill();
            fixture.startAway(true);

            assertThat(fixture.gateway().id()).isEqualTo(id);
            assertThat(fixture.predict("123").text()).isEqualTo("ok 3");

            fixture.link().away(false);
            fixture.publish(Routes.version("v1", 100, instance.address()));

            assertThat(fixture.predict("123").text()).isEqualTo("ok 3");
            assertThat(registered(fixture)).containsExactly(id);
        }
    }

    @Test
    void servesOnWhileTheDatabaseIsAway() throws IOException {
        try (GatewayFixture fixture = serving()) {
            fixture.link().away(true);
            for (int i = 0; i < 10; i++) {
                assertThat(fixture.predict("123").text()).isEqualTo("ok 3");
            }
            fixture.link().away(false);
            fixture.awaitTotals(10, 10, 0);
        }
    }

    @Test
    void servesAfterDeregisteringOnlyOnceRegisteredAgain() throws IOException {
        try (GatewayFixture fixture = serving()) {
            fixture.gateway().close();
            fixture.startAway(true);

            Message answer = fixture.predict("1");

            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.text()).contains("ModelArts.4302");

            fixture.link().away(false);
            Await.until("it to register", () -> registered(fixture).size() == 1, () -> registered(fixture));
            Await.until("it to serve", () -> status(fixture) == 200, () -> status(fixture));
        }
    }

    private static int status(GatewayFixture fixture) {
        try {
            return fixture.predict("1").status();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void forgottenWhileItLivesItRegistersAgain() throws IOException {
        try (GatewayFixture fixture = serving()) {
            String id = fixture.gateway().id();
            fixture.register.forget(id, bond -> {});

            Await.until("it to register again", () -> registered(fixture).contains(id), () -> registered(fixture));
            Await.until(
                    "it to tell what it serves",
                    () -> fixture.register
                            .holding(GatewayFixture.SERVICE, Set.of())
                            .isEmpty(),
                    () -> fixture.register.holding(GatewayFixture.SERVICE, Set.of()));
            assertThat(fixture.predict("1").status()).isEqualTo(200);
        }
    }

    @Test
    void aSecondGatewayTakesTheNextIdentity() throws IOException {
        try (GatewayFixture first = serving();
                GatewayFixture second = serving()) {
            assertThat(second.gateway().id()).isNotEqualTo(first.gateway().id());
            assertThat(second.predict("1").status()).isEqualTo(200);
        }
    }

    /** The first identity has deregistered: while the database is unavailable only the second has a copy that may be served. */
    @Test
    void prefersAnIdentityWhoseCopyMayBeServed() throws IOException {
        try (GatewayFixture first = serving();
                GatewayFixture second = serving()) {
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
        try (GatewayFixture fixture = serving()) {
            Path routes = data.resolve("gateway").resolve("1").resolve("routes");
            Path copy = routes.resolve(GatewayFixture.SERVICE + ".json");
            assertThat(Files.readString(copy)).contains("\"revision\":1");
            // A folder in the way of the draft: what cannot be written may be served, and is not acknowledged.
            Path obstacle = Files.createDirectory(routes.resolve(GatewayFixture.SERVICE + ".json.new"));
            ScriptedInstance next = ScriptedInstance.answering("next");
            fixture.register.publish(
                    Routes.document(GatewayFixture.SERVICE, 2, Routes.version("v2", 100, next.address())));
            Await.until("it to serve by revision 2", () -> text(fixture).equals("next 1"), () -> text(fixture));

            assertThat(fixture.register.holding(GatewayFixture.SERVICE, Set.of()))
                    .hasSize(1);
            assertThat(Files.readString(copy)).contains("\"revision\":1");

            Files.delete(obstacle);
            Await.until(
                    "it to acknowledge",
                    () -> fixture.register
                            .holding(GatewayFixture.SERVICE, Set.of())
                            .isEmpty(),
                    () -> fixture.register.holding(GatewayFixture.SERVICE, Set.of()));
            assertThat(Files.readString(copy)).contains("\"revision\":2");
            next.close();
        }
    }

    private static String text(GatewayFixture fixture) {
        try {
            return fixture.predict("1").text();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aServiceThatIsDeletedIsServedNoMoreAndItsCopyGoes() throws IOException {
        try (GatewayFixture fixture = serving()) {
            fixture.register.erase(GatewayFixture.SERVICE);
            Await.until("it to be unknown", () -> status(fixture) == 404, () -> status(fixture));
            Await.until(
                    "it to tell",
                    () -> fixture.register
                            .holding(GatewayFixture.SERVICE, Set.of())
                            .isEmpty(),
                    () -> fixture.register.holding(GatewayFixture.SERVICE, Set.of()));
            assertThat(data.resolve("gateway/1/routes/" + GatewayFixture.SERVICE + ".json"))
                    .doesNotExist();
        }
    }

    @Test
    void anAddressInUseLeavesItsIdentityFree() throws IOException {
        try (GatewayFixture fixture = serving()) {
            int port = fixture.gateway().address().getPort();
            GatewayProperties same = new GatewayProperties(
                    "127.0.0.1",
                    port,
                    data,
                    new dev.slipway.adapters.postgres.DatabaseProperties(
                            "jdbc:postgresql://127.0.0.1:1/x", "a", "b", 1),
                    dev.slipway.domain.access.TokenKey.of(new byte[32]),
                    Limits.defaults(),
                    1);
            assertThatThrownBy(() -> Gateway.start(same, fixture.register.link(), java.time.Clock.systemUTC()))
                    .hasMessageContaining("in use");
            Path second = data.resolve("gateway").resolve("2");
            try (var lock =
                    Objects.requireNonNull(dev.slipway.adapters.postgres.route.IdentityLock.tryTake(second), "lock")) {
                assertThat(lock).isNotNull();
            }
        }
    }
}
