package dev.slipway.activities.batch;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.slipway.domain.instance.Address;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * An instance that answers {@code {"got": <the request>}}, or as ordered: a request that contains "refuse" is answered 500, one that
 * contains "poison" is cut.
 */
final class ModelServer implements AutoCloseable {
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer server;
    private final Map<String, AtomicInteger> calls = new ConcurrentHashMap<>();
    private final Set<InetSocketAddress> clients = ConcurrentHashMap.newKeySet();
    private final CountDownLatch released = new CountDownLatch(1);
    private volatile Predicate<String> held = body -> false;

    ModelServer() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    Address address() {
        return new Address.Tcp("127.0.0.1", server.getAddress().getPort());
    }

    /** From now on such requests get no answer before {@link #release}. */
    void hold(Predicate<String> which) {
        held = which;
    }

    void release() {
        released.countDown();
    }

    /** How often this request came. */
    int callsOf(String body) {
        AtomicInteger count = calls.get(body);
        return count == null ? 0 : count.get();
    }

    int calls() {
        return calls.values().stream().mapToInt(AtomicInteger::get).sum();
    }

    /** Over how many connections they came. */
    int connections() {
        return clients.size();
    }

    private void answer(HttpExchange exchange) throws IOException {
        clients.add(exchange.getRemoteAddress());
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        calls.computeIfAbsent(body, text -> new AtomicInteger()).incrementAndGet();
        if (held.test(body)) {
            try {
                released.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        if (body.contains("poison")) {
            exchange.close();
            return;
        }
        boolean refused = body.contains("refuse");
        byte[] answer = (refused ? "no" : "{\"got\": %s}".formatted(body)).getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(refused ? 500 : 200, answer.length);
        exchange.getResponseBody().write(answer);
        exchange.close();
    }

    @Override
    public void close() {
        release();
        server.stop(0);
        threads.shutdownNow();
    }
}
