package dev.slipway.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.domain.instance.Address;
import dev.slipway.gateway.predict.Limits;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Instances that listen on a socket in the file system. */
@Timeout(60)
class SocketAddressTests {

    @TempDir
    Path folder;

    @Test
    void predictsOverASocketInTheFileSystem() throws Exception {
        Path path = folder.resolve("i.sock");
        try (ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listening.bind(UnixDomainSocketAddress.of(path));
            Thread.ofVirtual().start(() -> answerOne(listening));
            try (GatewayFixture fixture = GatewayFixture.serving(
                    folder.resolve("data"), Limits.defaults(), new Address.UnixSocket(path.toString()))) {
                Message answer = fixture.predict("{}");

                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.text()).isEqualTo("ok");
            }
        }
    }

    @Test
    void leavesOutAnInstanceWhoseSocketIsGone() throws Exception {
        try (ScriptedInstance alive = ScriptedInstance.answering("alive");
                GatewayFixture fixture = GatewayFixture.serving(
                        folder.resolve("data"),
                        Limits.defaults(),
                        new Address.UnixSocket(folder.resolve("gone.sock").toString()),
                        alive.address())) {
            for (int i = 0; i < 4; i++) {
                assertThat(fixture.predict("{}").text()).isEqualTo("alive 2");
            }
        }
    }

    private static void answerOne(ServerSocketChannel listening) {
        try (SocketChannel channel = listening.accept();
                InputStream in = Channels.newInputStream(channel)) {
            StringBuilder request = new StringBuilder();
            while (request.indexOf("\r\n\r\n{}") < 0) {
                request.append((char) in.read());
            }
            channel.write(ByteBuffer.wrap(
                    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".getBytes(StandardCharsets.US_ASCII)));
        } catch (IOException closed) {
            // the test's own assertion says what is missing
        }
    }
}
