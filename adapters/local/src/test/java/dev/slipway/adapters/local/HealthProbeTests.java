package dev.slipway.adapters.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.slipway.adapters.local.HealthProbe.Health;
import dev.slipway.domain.instance.Address;
import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.instance.MisdirectedRequest;
import dev.slipway.instance.client.ClientLimits;
import dev.slipway.instance.client.InstanceClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HealthProbeTests {

    private static final InstanceId ASKED = new InstanceId(new InstanceSetId("set-asked"), 0, 1);

    private final InstanceClient client = InstanceClient.start(1, ClientLimits.ONE_AT_A_TIME);
    private final AtomicReference<String> meant = new AtomicReference<>();
    private final AtomicReference<String> probe = new AtomicReference<>();
    private final HttpServer server;
    private volatile int status = 200;
    private volatile String itself = "set-asked-0-1";

    HealthProbeTests() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/health", exchange -> {
            meant.set(exchange.getRequestHeaders().getFirst(MisdirectedRequest.HEADER));
            probe.set(exchange.getRequestHeaders().getFirst("X-Slipway-Probe"));
            boolean misdirected = !itself.equals(meant.get());
            exchange.getResponseHeaders().set(MisdirectedRequest.HEADER, itself);
            exchange.sendResponseHeaders(misdirected ? MisdirectedRequest.STATUS : status, -1);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void close() {
        client.close();
        server.stop(0);
    }

    private Health ask(Address address) {
        return new HealthProbe(client).ask(ASKED, address).join();
    }

    private Address address() {
        return new Address.Tcp("127.0.0.1", server.getAddress().getPort());
    }

    @Test
    void saysWhichInstanceItAsks() {
        assertThat(ask(address())).isEqualTo(Health.GOOD);
        assertThat(meant).hasValue("set-asked-0-1");
    }

    @Test
    void saysThatItIsThePlatformThatAsks() {
        ask(address());
        assertThat(probe).hasValue("1");
    }

    @Test
    void doesNotTakeTheHealthOfAnotherForThatOfTheOneItAsks() {
        itself = "set-other-3-7";

        assertThat(ask(address())).isEqualTo(Health.NOT_OURS);
    }

    @Test
    void tellsABadAnswerFromNoneAndFromNobody() throws IOException {
        status = 500;
        assertThat(ask(address())).isEqualTo(Health.BAD);

        Address nobody;
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = new Address.Tcp("127.0.0.1", silent.getLocalPort());
            assertThat(ask(nobody)).isEqualTo(Health.NO_ANSWER);
        }
        assertThat(ask(nobody)).isEqualTo(Health.UNREACHABLE);
    }
}
