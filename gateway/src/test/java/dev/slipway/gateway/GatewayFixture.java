package dev.slipway.gateway;

import dev.slipway.adapters.postgres.DatabaseProperties;
import dev.slipway.domain.access.ProjectId;
import dev.slipway.domain.access.TokenClaims;
import dev.slipway.domain.access.TokenKey;
import dev.slipway.domain.access.TokenSigner;
import dev.slipway.domain.instance.Address;
import dev.slipway.domain.route.Gateways;
import dev.slipway.domain.route.RouteDocument;
import dev.slipway.gateway.predict.Limits;
import dev.slipway.testing.instance.Await;
import dev.slipway.testing.route.InMemoryGateways;
import dev.slipway.testing.route.InMemoryGateways.FakeGatewayLink;
import dev.slipway.testing.route.Routes;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A gateway on a data folder, the register it follows, and one service. */
final class GatewayFixture implements AutoCloseable {

    static final String SERVICE = "6e3f0a52-0000-4000-8000-000000000001";

    private static final TokenKey KEY = TokenKey.of(new byte[32]);

    final InMemoryGateways register = new InMemoryGateways(Clock.systemUTC());

    private final Path data;
    private final Limits limits;
    private FakeGatewayLink link = register.link();
    private @Nullable Gateway gateway;
    private long revision;

    GatewayFixture(Path data, Limits limits) {
        this.data = data;
        this.limits = limits;
    }

    /** One that serves an even split over these instances, a version each. */
    static GatewayFixture serving(Path data, Limits limits, Address... instances) {
        GatewayFixture fixture = new GatewayFixture(data, limits);
        fixture.publish(Routes.version("v1", 100, instances));
        fixture.start();
        return fixture;
    }

    void start() {
        link = register.link();
        startAway(false);
    }

    /** Starts with the database away, or not. */
    void startAway(boolean away) {
        link = register.link();
        link.away(away);
        DatabaseProperties nowhere = new DatabaseProperties("jdbc:postgresql://127.0.0.1:1/x", "a", "b", 1);
        gateway = Gateway.start(
                new GatewayProperties("127.0.0.1", 0, data, nowhere, KEY, limits, 2), link, Clock.systemUTC());
    }

    FakeGatewayLink link() {
        return link;
    }

    Gateway gateway() {
        Gateway running = gateway;
        if (running == null) {
            throw new IllegalStateException("the gateway is not started");
        }
        return running;
    }

    /** Puts a document in place; if the gateway runs and can be told, waits until it has it. */
    void publish(RouteDocument.Version... versions) {
        publish(Routes.document(SERVICE, revision + 1, versions));
    }

    void publish(RouteDocument document) {
        revision = document.revision();
        register.publish(document);
        if (gateway != null) {
            Await.until(
                    "the gateway to apply revision " + revision,
                    () -> register.holding(document.service(), Set.of()).isEmpty(),
                    () -> register.holding(document.service(), Set.of()));
        }
    }

    Gateways.RequestTotals totals() {
        return register.totals(SERVICE);
    }

    void awaitTotals(long sent, long answered, long cut) {
        awaitTotals(sent, answered, cut, 0);
    }

    void awaitTotals(long sent, long answered, long cut, long abandoned) {
        Gateways.RequestTotals wanted = new Gateways.RequestTotals(sent, answered, cut, abandoned);
        Await.until("totals of the service", () -> totals().equals(wanted), this::totals);
    }

    RawClient client() throws IOException {
        return new RawClient(gateway().address());
    }

    static String token() {
        return token(Routes.PROJECT, Duration.ofHours(1));
    }

    static String token(@Nullable ProjectId project, Duration validFor) {
        Instant now = Instant.now();
        return new TokenSigner(KEY, Clock.systemUTC())
                .sign(new TokenClaims(
                        "u", "user", "d", "domain", project, "name", now.minusSeconds(7200), now.plus(validFor)));
    }

    /** The first lines of a prediction, with a valid token, up to the header that says how long it is. */
    static String head() {
        return head("POST", "/v1/infers/" + SERVICE);
    }

    static String head(String method, String path) {
        return "%s %s HTTP/1.1\r\nHost: slipway\r\nX-Auth-Token: %s\r\n".formatted(method, path, token());
    }

    /** A whole prediction. */
    static String prediction(String body) {
        return "%sContent-Length: %d\r\n\r\n%s".formatted(head(), body.length(), body);
    }

    /** Sends one prediction over a connection of its own. */
    Message predict(String body) throws IOException {
        try (RawClient client = client()) {
            return client.send(prediction(body)).answer();
        }
    }

    @Override
    public void close() {
        Gateway running = gateway;
        if (running != null) {
            running.kill();
        }
    }
}
