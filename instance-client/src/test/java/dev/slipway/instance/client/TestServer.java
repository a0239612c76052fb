package dev.slipway.instance.client;

import dev.slipway.domain.instance.Address;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ServerSocketFactory;
import org.jspecify.annotations.Nullable;

/** A server on a real socket, of any kind, that does what a test says with each connection. */
final class TestServer implements AutoCloseable {

    /** What is done with a connection; at its end it is closed. */
    @FunctionalInterface
    interface Script {
        void run(Connection connection) throws Exception;
    }

    /** One end of a connection, as bytes. */
    record Connection(InputStream in, OutputStream out) {

        /** Reads a request to its end: its head, and its body by its length. */
        String read() throws IOException {
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int b = in.read();
                if (b < 0) {
                    throw new IOException("the client has closed after: " + head);
                }
                head.append((char) b);
            }
            int length = head.toString()
                    .lines()
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("content-length:"))
                    .mapToInt(line -> Integer.parseInt(line.substring(15).strip()))
                    .findFirst()
                    .orElse(0);
            return head + new String(in.readNBytes(length), StandardCharsets.ISO_8859_1);
        }

        void write(String text) throws IOException {
            out.write(text.getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
        }

        void answer(String body) throws IOException {
            write("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s".formatted(body.length(), body));
        }

        /** Waits for the client to close. */
        void awaitEnd() throws IOException {
            in.transferTo(OutputStream.nullOutputStream());
        }
    }

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private final Closeable listening;
    private final Address address;

    private TestServer(Closeable listening, Address address) {
        this.listening = listening;
        this.address = address;
    }

    static TestServer tcp(Script script) throws IOException {
        return onPort(ServerSocketFactory.getDefault(), null, script);
    }

    static TestServer tls(TestCertificate certificate, Script script) throws IOException {
        return onPort(certificate.context().getServerSocketFactory(), certificate, script);
    }

    private static TestServer onPort(ServerSocketFactory sockets, @Nullable TestCertificate certificate, Script script)
            throws IOException {
        ServerSocket listening = sockets.createServerSocket(0, 10, InetAddress.getLoopbackAddress());
        String host = "127.0.0.1";
        int port = listening.getLocalPort();
        TestServer server = new TestServer(
                listening,
                certificate == null
                        ? new Address.Tcp(host, port)
                        : new Address.Tls(host, port, certificate.fingerprint()));
        server.threads.execute(() -> server.serve(
                () -> {
                    Socket socket = listening.accept();
                    return new Accepted(
                            new Connection(new BufferedInputStream(socket.getInputStream()), socket.getOutputStream()),
                            socket);
                },
                script));
        return server;
    }

    static TestServer unixSocket(Path path, Script script) throws IOException {
        ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listening.bind(UnixDomainSocketAddress.of(path));
        TestServer server = new TestServer(listening, new Address.UnixSocket(path.toString()));
        server.threads.execute(() -> server.serve(
                () -> {
                    SocketChannel channel = listening.accept();
                    return new Accepted(
                            new Connection(
                                    new BufferedInputStream(Channels.newInputStream(channel)),
                                    Channels.newOutputStream(channel)),
                            channel);
                },
                script));
        return server;
    }

    private record Accepted(Connection connection, Closeable socket) implements Closeable {
        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    @FunctionalInterface
    private interface Acceptor {
        Accepted accept() throws IOException;
    }

    private void serve(Acceptor acceptor, Script script) {
        try {
            while (true) {
                Accepted accepted = acceptor.accept();
                threads.execute(() -> serve(accepted, script));
            }
        } catch (IOException closed) {
            // the end of the test
        }
    }

    private void serve(Accepted accepted, Script script) {
        try (accepted) {
            script.run(accepted.connection());
        } catch (Exception e) { // an edge: a client that cuts or distrusts us is part of many tests
            failures.add(e);
            events.add("failed");
        }
    }

    Address address() {
        return address;
    }

    /** Tells the test what has happened. */
    void tell(String event) {
        events.add(event);
    }

    /** The next that was told. */
    String next() throws InterruptedException {
        String event = events.poll(20, TimeUnit.SECONDS);
        return event == null ? "nothing within 20 s, failures " + failures : event;
    }

    /** Whether nothing more was told so far. */
    boolean hasToldAll() {
        return events.isEmpty();
    }

    /** An address of this machine where nothing listens. */
    static Address.Tcp nobody() throws IOException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            return new Address.Tcp("127.0.0.1", socket.getLocalPort());
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        threads.shutdownNow();
    }
}
