package dev.slipway.api;

import dev.slipway.adapters.postgres.Database;
import dev.slipway.adapters.postgres.DatabaseProperties;
import dev.slipway.api.operation.DescribedAnswers;
import dev.slipway.api.settings.ApiProperties;
import dev.slipway.api.settings.ApiProperties.AccountProperties;
import dev.slipway.api.settings.ApiProperties.UserProperties;
import dev.slipway.domain.access.ProjectId;
import dev.slipway.domain.access.TokenClaims;
import dev.slipway.domain.access.TokenKey;
import dev.slipway.domain.access.TokenSigner;
import dev.slipway.domain.pool.Flavor;
import dev.slipway.domain.pool.Pool;
import dev.slipway.domain.pool.Pools;
import dev.slipway.domain.storage.ObjectGrant;
import dev.slipway.testing.part.TestDatabase;
import dev.slipway.testing.part.TestPostgres;
import dev.slipway.testing.part.TestTemporal;
import dev.slipway.workflows.connection.TemporalProperties;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The API over HTTP, with the real database and the real Temporal server; no worker runs. */
public final class RunningApi implements AutoCloseable {

    public static final JsonMapper MAPPER = JsonMapper.builder().build();
    public static final TemporalProperties TEMPORAL =
            new TemporalProperties(TestTemporal.shared().address(), TestTemporal.NAMESPACE);
    public static final String FLAVOR = "modelarts.vm.cpu.2u";

    private static final TokenKey KEY = TokenKey.of(new byte[32]);

    private static final String DESCRIPTION = "/openapi.json";

    private final List<ObjectGrant> grants;
    private final HttpClient http = HttpClient.newHttpClient();
    private final DatabaseProperties database = newDatabase();
    private final Path data = newFolder();
    private final ApiApplication api;
    private volatile @Nullable DescribedAnswers described;

    public RunningApi() {
        this(TEMPORAL);
    }

    /** @param temporal where it believes Temporal to be */
    public RunningApi(TemporalProperties temporal) {
        this(temporal, List.of());
    }

    public RunningApi(TemporalProperties temporal, List<ObjectGrant> grants) {
        this.grants = grants;
        api = ApiApplication.start(properties(temporal));
    }

    /** Another connection to its database; the caller closes it. */
    public Database database() {
        return Database.open(database);
    }

    /** A call under {@code /v1/{project}} with a token of the same project. */
    public Answer call(String project, String method, String path, String body)
            throws IOException, InterruptedException {
        return call(project, project, method, path, body);
    }

    public Answer call(String tokenProject, String project, String method, String path, String body)
            throws IOException, InterruptedException {
        return send(method, "/v1/" + project + path, body, Map.of("X-Auth-Token", token(tokenProject)));
    }

    /** Any call; its answer is held to what the API says of itself. */
    public Answer send(String method, String path, String body, Map<String, String> headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + api.port() + path))
                .header("Content-Type", "application/json;charset=utf8")
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        headers.forEach(request::header);
        HttpResponse<String> response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        Answer answer = new Answer(
                response.statusCode(),
                response.body().isEmpty() ? MAPPER.missingNode() : MAPPER.readTree(response.body()),
                response.headers());
        if (!path.equals(DESCRIPTION)) {
            described().check(method, path, answer);
        }
        return answer;
    }

    private DescribedAnswers described() throws IOException, InterruptedException {
        DescribedAnswers made = described;
        if (made == null) {
            made = new DescribedAnswers(send("GET", DESCRIPTION, "", Map.of()).body());
            described = made;
        }
        return made;
    }

    /** Sends the text as it is; {@code head} is the request line and header lines, without the last line end. */
    public Answer raw(String head, String body) throws IOException {
        return raw(InetAddress.getLoopbackAddress(), head, body);
    }

    /** As {@link #raw(String, String)}, from that address of this machine. */
    public Answer raw(InetAddress source, String head, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        String length = head.contains("Transfer-Encoding") ? "" : "Content-Length: %d\r\n".formatted(bytes.length);
        String text = "%s\r\nHost: test\r\n%s\r\n".formatted(head.replace("\n", "\r\n"), length);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), api.port(), source, 0)) {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream().write(bytes);
            return answer(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private static Answer answer(String text) {
        int end = text.indexOf("\r\n\r\n");
        List<String> lines = text.substring(0, end).lines().toList();
        // An answer to HTTP/1.1 comes in one chunk.
        String body = text.substring(end + 4).replaceFirst("(?s)^[0-9a-f]+\r\n(.*)\r\n0\r\n\r\n$", "$1");
        return new Answer(
                Integer.parseInt(lines.getFirst().split(" ", 3)[1]),
                body.isEmpty() ? MAPPER.missingNode() : MAPPER.readTree(body),
                HttpHeaders.of(
                        lines.stream()
                                .skip(1)
                                .map(line -> line.split(": *", 2))
                                .collect(Collectors.groupingBy(
                                        line -> line[0], Collectors.mapping(line -> line[1], Collectors.toList()))),
                        (name, value) -> true));
    }

    /** A token as the API itself would give it. */
    public static String token(String project) {
        Instant now = Instant.now();
        return new TokenSigner(KEY, Clock.systemUTC())
                .sign(new TokenClaims(
                        "user", "alice", "tenant", "acme", new ProjectId(project), "p", now, now.plusSeconds(600)));
    }

    /** The data folder that it was told. */
    public Path data() {
        return data;
    }

    private static Path newFolder() {
        try {
            return Files.createTempDirectory("slipway-test-api-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static DatabaseProperties newDatabase() {
        TestDatabase made = TestPostgres.shared().newDatabase();
        return new DatabaseProperties(made.url(), made.user(), made.password(), 8);
    }

    private ApiProperties properties(TemporalProperties temporal) {
        Flavor flavor = new Flavor(FLAVOR, 2, 8192, "CPU");
        return new ApiProperties(
                "127.0.0.1",
                0,
                database,
                temporal,
                new ApiProperties.Objects("http://127.0.0.1:1", "us-east-1", "a", "s"),
                data,
                KEY,
                null,
                "http://127.0.0.1:1",
                "obs.local",
                "local",
                new Pools(List.of(new Pool("default", List.of(new Pool.PoolFlavor(flavor, 8))))),
                List.of(
                        new AccountProperties(
                                "acme", List.of("one", "two"), List.of(new UserProperties("alice", "wonderland"))),
                        new AccountProperties("other", List.of("one"), List.of(new UserProperties("bob", "builder")))),
                grants);
    }

    @Override
    public void close() {
        api.close();
        http.close();
        try (Stream<Path> files = Files.walk(data)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What came back; the body is missing if it was empty. */
    public record Answer(int status, JsonNode body, HttpHeaders headers) {

        public String header(String name) {
            return headers.firstValue(name).orElse("");
        }

        public String code() {
            return body.path("error_code").asString("");
        }

        public String message() {
            return body.path("error_msg").asString("");
        }
    }
}
