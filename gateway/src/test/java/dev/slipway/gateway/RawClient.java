package dev.slipway.gateway;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A client's connection to the gateway, byte by byte. */
final class RawClient implements AutoCloseable {

    private static final int LONGEST_WAIT_MILLIS = 30_000;

    private final Socket socket = new Socket();
    private final InputStream in;

    RawClient(InetSocketAddress gateway) throws IOException {
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(LONGEST_WAIT_MILLIS);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), gateway.getPort()), LONGEST_WAIT_MILLIS);
        in = new BufferedInputStream(socket.getInputStream());
    }

    RawClient send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    RawClient send(byte[] bytes) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(bytes);
        out.flush();
        return this;
    }

    Message answer() throws IOException {
        return Message.read(in);
    }

    /** The next head alone, also one of an interim answer. */
    Message head() throws IOException {
        return Message.readHead(in);
    }

    byte @Nullable [] bytes(int count) throws IOException {
        return in.readNBytes(count);
    }

    /** Whether the gateway closes the connection, and has nothing more to say. */
    boolean isClosedByGateway() throws IOException {
        return in.read() < 0;
    }

    /** Sends nothing more, but would still read. */
    void closeHalf() throws IOException {
        socket.shutdownOutput();
    }

    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
