package dev.slipway.testing.image;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A real registry, without a right to install it: Debian's docker-registry, unpacked into a folder. It asks for {@link #USER}. */
public final class DebianRegistry implements AutoCloseable {

    public static final String USER = "robot";
    public static final String PASSWORD = "U*U";

    /** Of that password, as the tests of crypt_blowfish publish it. */
    private static final String HASH = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";

    private static final long LIMIT_SECONDS = 20;

    private final Process process;
    private final String host;
    private final HttpClient client = HttpClient.newHttpClient();

    private DebianRegistry(Process process, String host) {
        this.process = process;
        this.host = host;
    }

    /**
     * Starts one on a free port.
     *
     * @param programs where the program is kept between tests
     * @param data what it holds, and its log
     * @return empty if the program is neither there nor can be had
     */
    public static Optional<DebianRegistry> start(Path programs, Path data) throws IOException, InterruptedException {
        Optional<Path> program = program(programs.toAbsolutePath());
        if (program.isEmpty()) {
            return Optional.empty();
        }
        Files.createDirectories(data);
        Files.writeString(data.resolve("users"), USER + ":" + HASH + "\n");
        String host;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            host = "127.0.0.1:" + free.getLocalPort();
        }
        Files.writeString(data.resolve("config.yml"), """
                version: 0.1
                log: {level: warn}
                storage: {filesystem: {rootdirectory: '%s'}}
                http: {addr: '%s'}
                auth: {htpasswd: {realm: test, path: '%s'}}
                """.formatted(data.resolve("kept"), host, data.resolve("users")));
        Process process = new ProcessBuilder(
                        program.get().toString(),
                        "serve",
                        data.resolve("config.yml").toString())
                .redirectErrorStream(true)
                .redirectOutput(data.resolve("log").toFile())
                .start();
        DebianRegistry registry = new DebianRegistry(process, host);
        registry.awaitAnswer();
        return Optional.of(registry);
    }

    private static Optional<Path> program(Path folder) throws IOException, InterruptedException {
        Path program = folder.resolve("usr/bin/docker-registry");
        if (!Files.isExecutable(program)) {
            Files.createDirectories(folder);
            boolean isHad = run(folder, "apt-get", "download", "docker-registry")
                    || (run(folder, "apt-get", "update", "-q")
                            && run(folder, "apt-get", "download", "docker-registry"));
            if (!isHad) {
                return Optional.empty();
            }
            try (Stream<Path> files = Files.list(folder)) {
                Path archive = files.filter(file -> file.toString().endsWith(".deb"))
                        .findFirst()
                        .orElseThrow();
                run(folder, "dpkg", "-x", archive.toString(), folder.toString());
            }
        }
        return Files.isExecutable(program) ? Optional.of(program) : Optional.empty();
    }

    private static boolean run(Path folder, String... words) throws IOException, InterruptedException {
        try {
            return new ProcessBuilder(List.of(words))
                            .directory(folder.toFile())
                            .redirectErrorStream(true)
                            .redirectOutput(folder.resolve("log").toFile())
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException noSuchProgram) {
            return false;
        }
    }

    private void awaitAnswer() throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (true) {
            try {
                send(request("/v2/").GET());
                return;
            } catch (IOException notYet) {
                if (System.nanoTime() > end || process.waitFor(50, TimeUnit.MILLISECONDS)) {
                    close();
                    throw new IOException("docker-registry does not answer at %s".formatted(host), notYet);
                }
            }
        }
    }

    /** As references name it. */
    public String host() {
        return host;
    }

    /** Pushes a blob. */
    public void pushBlob(String repository, String digest, byte[] bytes) throws IOException, InterruptedException {
        pushBlob(repository, digest, BodyPublishers.ofByteArray(bytes));
    }

    /** The same from a file. */
    public void pushBlob(String repository, String digest, Path file) throws IOException, InterruptedException {
        pushBlob(repository, digest, BodyPublishers.ofFile(file));
    }

    private void pushBlob(String repository, String digest, BodyPublisher bytes)
            throws IOException, InterruptedException {
        HttpResponse<String> begun = expect(
                202, request("/v2/%s/blobs/uploads/".formatted(repository)).POST(BodyPublishers.noBody()));
        String place = begun.headers().firstValue("Location").orElseThrow();
        URI upload = URI.create(place + (place.contains("?") ? "&" : "?") + "digest=" + digest);
        expect(201, authorised(HttpRequest.newBuilder(upload)).PUT(bytes));
    }

    /** Pushes a manifest, whose blobs are there already. */
    public void pushManifest(String repository, String tag, byte[] manifest) throws IOException, InterruptedException {
        expect(
                201,
                request("/v2/%s/manifests/%s".formatted(repository, tag))
                        .header("Content-Type", "application/vnd.oci.image.manifest.v1+json")
                        .PUT(BodyPublishers.ofByteArray(manifest)));
    }

    private HttpRequest.Builder request(String path) {
        return authorised(HttpRequest.newBuilder(URI.create("http://" + host + path)));
    }

    private static HttpRequest.Builder authorised(HttpRequest.Builder request) {
        String word = Base64.getEncoder().encodeToString((USER + ":" + PASSWORD).getBytes(StandardCharsets.UTF_8));
        return request.header("Authorization", "Basic " + word);
    }

    private HttpResponse<String> expect(int status, HttpRequest.Builder request)
            throws IOException, InterruptedException {
        HttpResponse<String> response = send(request);
        if (response.statusCode() != status) {
            throw new IOException("the registry answers %d, expected %d: %s"
                    .formatted(response.statusCode(), status, response.body()));
        }
        return response;
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Override
    public void close() {
        process.destroy();
        client.close();
    }
}
