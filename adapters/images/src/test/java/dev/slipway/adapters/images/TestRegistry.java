package dev.slipway.adapters.images;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** A registry that can be told to misbehave: each fault answers one request, the first request first. */
final class TestRegistry implements AutoCloseable {

    private final HttpServer server;
    private final Map<String, byte[]> documents = new ConcurrentHashMap<>();
    private final List<Fault> faults = new ArrayList<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();

    /** Answers in place of the registry; false if it does not want to. */
    @FunctionalInterface
    interface Fault {
        boolean answer(HttpExchange exchange, byte[] right) throws IOException;
    }

    TestRegistry() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    String host() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    TestRegistry with(String repository, String tag, TestImage image) {
        byte[] manifest = image.manifest();
        put(repository, tag, manifest);
        put(repository, "sha256:" + TestImage.hex(manifest), manifest);
        image.blobs()
                .forEach((hex, bytes) -> documents.put("/v2/%s/blobs/sha256:%s".formatted(repository, hex), bytes));
        return this;
    }

    TestRegistry put(String repository, String reference, byte[] manifest) {
        documents.put("/v2/%s/manifests/%s".formatted(repository, reference), manifest);
        return this;
    }

    /** Has something else under the name of each blob. */
    void replaceBlobs(byte[] bytes) {
        documents.replaceAll((path, right) -> path.contains("/blobs/") ? bytes : right);
    }

    synchronized TestRegistry faults(int times, Fault fault) {
        for (int each = 0; each < times; each++) {
            faults.add(fault);
        }
        return this;
    }

    static Fault status(int status, String... header) {
        return (exchange, right) -> {
            if (header.length == 2) {
                exchange.getResponseHeaders().set(header[0], header[1]);
            }
            exchange.sendResponseHeaders(status, -1);
            return true;
        };
    }

    /** Sends the first half of what it should. */
    static Fault cut() {
        return (exchange, right) -> {
            exchange.sendResponseHeaders(200, right.length);
            exchange.getResponseBody().write(right, 0, right.length / 2);
            exchange.getResponseBody().flush();
            throw new IOException("the server closes the connection then");
        };
    }

    static Fault ofBlobs(Fault fault) {
        return (exchange, right) ->
                exchange.getRequestURI().getPath().contains("/blobs/") && fault.answer(exchange, right);
    }

    List<String> requests() {
        return requests;
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        requests.add(exchange.getRequestMethod().equals("GET") ? path : exchange.getRequestMethod() + " " + path);
        byte[] right = documents.getOrDefault(path, new byte[0]);
        Fault fault = next();
        if (fault != null && fault.answer(exchange, right)) {
            exchange.close();
            return;
        }
        if (exchange.getRequestMethod().equals("POST")) {
            exchange.getResponseHeaders().set("Location", path + "place?_state=s");
            exchange.sendResponseHeaders(202, -1);
        } else if (exchange.getRequestMethod().equals("PUT")) {
            take(exchange, path);
        } else {
            boolean isThere = documents.containsKey(path);
            exchange.sendResponseHeaders(isThere ? 200 : 404, isThere ? right.length : -1);
            if (exchange.getRequestMethod().equals("GET")) {
                exchange.getResponseBody().write(right);
            }
        }
        exchange.close();
    }

    /** Keeps what was sent, if its digest is right, and a manifest only if its blobs are here. */
    private void take(HttpExchange exchange, String path) throws IOException {
        byte[] sent = exchange.getRequestBody().readAllBytes();
        String hex = TestImage.hex(sent);
        String query = exchange.getRequestURI().getQuery();
        boolean isBlob = path.contains("/blobs/uploads/");
        boolean isRight = isBlob
                ? query.equals("_state=s&digest=sha256:" + hex)
                : !path.contains("sha256:") || path.endsWith("sha256:" + hex);
        documents.put(isBlob ? path.substring(0, path.indexOf("uploads/")) + "sha256:" + hex : path, sent);
        exchange.sendResponseHeaders(isRight ? 201 : 400, -1);
    }

    /** What it has at that path; null if nothing. */
    byte @Nullable [] document(String path) {
        return documents.get(path);
    }

    private synchronized @Nullable Fault next() {
        return faults.isEmpty() ? null : faults.removeFirst();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
