package dev.slipway.gateway;

import dev.slipway.domain.instance.Address;
import dev.slipway.testing.instance.Await;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** An instance that does to each connection what a test wrote, well-behaved or not. */
final class ScriptedInstance implements AutoCloseable {

    /** What happens on a connection, from its opening on. When it returns the connection is closed. */
    interface Script {
        void on(Wire wire) throws IOException, InterruptedException;
    }

    private final Script script;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger heads = new AtomicInteger();
    private ServerSocket listening;

    ScriptedInstance(Script script) {
        this.script = script;
        this.listening = listen(0);
        accept();
    }

    /** Answers each request, {@code answer} times the length of its body beside its name. */
    static ScriptedInstance answering(String name) {
        return new ScriptedInstance(wire -> {
            while (true) {
                Message request = wire.request();
                wire.answer("%s %d".formatted(name, request.body().length));
            }
        });
    }

    private static ServerSocket listen(int port) {
        try {
            ServerSocket socket = new ServerSocket();
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1024);
            return socket;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept() {
        ServerSocket from = listening;
        Thread.ofVirtual().start(() -> {
            while (!from.isClosed()) {
                try {
                    Socket socket = from.accept();
                    open.add(socket);
                    connections.incrementAndGet();
                    Thread.ofVirtual().start(() -> serve(socket));
                } catch (IOException e) {
                    return;
                }
            }
        });
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            script.on(new Wire(socket, this));
        } catch (IOException theOtherEndHasClosed) {
            // what a test expects it reads on the client's side
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(socket);
        }
    }

    Address.Tcp address() {
        return new Address.Tcp("127.0.0.1", listening.getLocalPort());
    }

    /** Connections so far. */
    int connections() {
        return connections.get();
    }

    /** Heads of predictions read so far. */
    int requests() {
        return heads.get();
    }

    int openConnections() {
        return open.size();
    }

    void awaitRequests(int count) {
        Await.until(count + " requests at the instance", () -> requests() >= count, this::requests);
    }

    /** As when its process is killed: the address refuses, open connections are reset. */
    void die() throws IOException {
        listening.close();
        for (Socket socket : open) {
            socket.setSoLinger(true, 0);
            socket.close();
        }
    }

    /** Listens again at the same address. */
    void rise() {
        listening = listen(listening.getLocalPort());
        accept();
    }

    @Override
    public void close() throws IOException {
        die();
    }

    /** The instance's end of a connection. */
    static final class Wire {

        private final Socket socket;
        private final ScriptedInstance instance;

        Wire(Socket socket, ScriptedInstance instance) {
            this.socket = socket;
            this.instance = instance;
        }

        InputStream in() throws IOException {
            return socket.getInputStream();
        }

        /** The next request; of the gateway's probes only the answer is made here. */
        Message request() throws IOException {
            Message request = Message.read(in());
            if (request.line().startsWith("GET /health ")) {
                answer("ok");
                return request();
            }
            instance.heads.incrementAndGet();
            return request;
        }

        Message head() throws IOException {
            Message head = Message.readHead(in());
            instance.heads.incrementAndGet();
            return head;
        }

        void write(String text) throws IOException {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        }

        void answer(String body) throws IOException {
            write("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n%s"
                    .formatted(body.length(), body));
        }

        /** Ends the connection by a reset. */
        void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }
    }
}
