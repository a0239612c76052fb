package dev.slipway.testing.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server that hangs: it accepts connections on a port of 127.0.0.1, says the given bytes to each, then nothing, and reads nothing. */
public final class SilentServer implements AutoCloseable {

    private final ServerSocket server;
    private final byte[] said;
    private final List<Socket> accepted = new CopyOnWriteArrayList<>();

    private SilentServer(ServerSocket server, byte[] said) {
        this.server = server;
        this.said = said;
    }

    /** One that says nothing at all. */
    public static SilentServer start() {
        return saying(new byte[0]);
    }

    /** One that hangs in the middle of its answer. */
    public static SilentServer saying(byte[] bytes) {
        try {
            SilentServer server =
                    new SilentServer(new ServerSocket(0, 200, InetAddress.getLoopbackAddress()), bytes.clone());
            Thread.ofVirtual().name("silent-server").start(server::accept);
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                accepted.add(socket);
                socket.getOutputStream().write(said);
            }
        } catch (IOException closed) {
            // the test has ended
        }
    }

    public int port() {
        return server.getLocalPort();
    }

    /** How many connections it has accepted. */
    public int connections() {
        return accepted.size();
    }

    /** Ends all connections. */
    @Override
    public void close() {
        try {
            server.close();
            for (Socket socket : accepted) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
