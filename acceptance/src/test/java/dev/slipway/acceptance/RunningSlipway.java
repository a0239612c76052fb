package dev.slipway.acceptance;

import dev.slipway.adapters.objectstore.ObjectStoreProperties;
import dev.slipway.adapters.objectstore.S3ObjectStore;
import dev.slipway.client.Answer;
import dev.slipway.client.Login;
import dev.slipway.client.SlipwayClient;
import dev.slipway.standalone.settings.FirstSettings;
import java.io.File;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Slipway as its users run it: processes of the command, on a data folder below the temporary folder. {@link #close} ends everything
 * of the folder and removes it.
 */
final class RunningSlipway implements AutoCloseable {

    static final String SYSTEM_PYTHON = "/usr/bin/python3";

    private static final Pattern EXPORT = Pattern.compile("export ([A-Z0-9_]+)='?([^'\\n]*)'?");
    private static final Duration START_LIMIT = Duration.ofMinutes(2);

    private final Path data;
    private final Map<String, Process> processes = new LinkedHashMap<>();
    private final Map<String, Long> outputBefore = new LinkedHashMap<>();
    private final Map<String, String> variables = new LinkedHashMap<>();
    private @Nullable Path programs;

    private RunningSlipway(Path data) {
        this.data = data;
    }

    /** A new data folder with nothing running on it. */
    static RunningSlipway onNewFolder() throws IOException {
        return new RunningSlipway(Files.createTempDirectory("slipway-acceptance-"));
    }

    Path data() {
        return data;
    }

    /** A folder whose first settings have a second account with a project of its own, whose user has the password of its name. */
    static RunningSlipway withNeighbour(String account) throws IOException {
        RunningSlipway slipway = onNewFolder();
        String administrator = "password-secret: %s\n".formatted(FirstSettings.PASSWORD_SECRET);
        String settings = FirstSettings.text().replace(administrator, administrator + """
                                  - name: %1$s
                                    projects: [%1$s]
                                    users:
                                      - name: %1$s
                                        password: %1$s
                                """.formatted(account));
        Files.writeString(slipway.data.resolve("slipway.yml"), settings);
        return slipway;
    }

    /** A folder whose models run in this kind of sandbox. */
    static RunningSlipway withSandbox(String kind) throws IOException {
        return withSandbox(kind, FirstSettings.text());
    }

    /** A folder whose models run without a sandbox, with the Python of the system, which every user may run. */
    static RunningSlipway withoutSandbox() throws IOException {
        return withSandbox("none", FirstSettings.text(SYSTEM_PYTHON));
    }

    private static RunningSlipway withSandbox(String kind, String first) throws IOException {
        RunningSlipway slipway = onNewFolder();
        String settings = first.replace("sandbox: auto ", "sandbox: " + kind + " ");
        Files.writeString(slipway.data.resolve("slipway.yml"), settings);
        return slipway;
    }

    /** A folder whose models are tried for 20 s with 256 MB, four at once. */
    static RunningSlipway withSmallTrials() throws IOException {
        RunningSlipway slipway = onNewFolder();
        String flavor = "      - name: " + InstallationSteps.FLAVOR + "\n";
        String settings = FirstSettings.text()
                .replace(flavor, "      - {name: small, cpu: 1, memory-mb: 256, slots: 4}\n" + flavor);
        Files.writeString(
                slipway.data.resolve("slipway.yml"),
                settings + "trial: {limit: 20s, pool: default, specification: small}\n");
        return slipway;
    }

    /** Adds lines to the settings, before the start. */
    RunningSlipway withSetting(String lines) throws IOException {
        Files.writeString(data.resolve("slipway.yml"), "\n" + lines + "\n", StandardOpenOption.APPEND);
        return this;
    }

    /** Puts a folder of programs before those that the processes of this installation find. */
    RunningSlipway withPrograms(Path folder) {
        programs = folder;
        return this;
    }

    /** Gives the processes of this installation a variable. */
    RunningSlipway withVariable(String name, String value) {
        variables.put(name, value);
        return this;
    }

    /** The port of a part. */
    int port(String part) throws IOException {
        Properties ports = new Properties();
        ports.load(new StringReader(Files.readString(data.resolve("ports"))));
        return Integer.parseInt(ports.getProperty(part));
    }

    /** A folder whose settings keep nothing for longer than it is needed. */
    static RunningSlipway keepingNothing() throws IOException {
        RunningSlipway slipway = onNewFolder();
        String settings = FirstSettings.text()
                .replaceAll("(service-events|model-events|batch|requests|instances): [0-9]+d", "$1: 0s");
        Files.writeString(slipway.data.resolve("slipway.yml"), settings);
        return slipway;
    }

    /** {@code up} in a process of its own; returns when the API answers. */
    void up() throws Exception {
        start();
        awaitApi();
    }

    /** {@code up} in a process of its own; does not wait. */
    void start() throws IOException {
        start("up", List.of("up", "--data", data.toString()));
    }

    /** {@code run NAMES} in a process of its own; does not wait. */
    void run(String names) throws IOException {
        start(names, List.of("run", names, "--data", data.toString()));
    }

    /** Waits until the API answers and gives a token. */
    void awaitApi() throws Exception {
        await("the API answers", START_LIMIT, () -> {
            failIfEnded();
            try (SlipwayClient client = client()) {
                return client.services().list(Map.of()).count() >= 0;
            } catch (RuntimeException notYet) { // no file, no port, no answer: as a user who tries too early sees it
                return false;
            }
        });
    }

    /** What {@code env} prints. */
    Map<String, String> env() throws Exception {
        Output output = command("env", "--data", data.toString());
        if (output.status() != 0) {
            throw new IllegalStateException("env exited with %d: %s".formatted(output.status(), output.text()));
        }
        Map<String, String> env = new LinkedHashMap<>();
        Matcher matcher = EXPORT.matcher(output.text());
        while (matcher.find()) {
            env.put(matcher.group(1), matcher.group(2));
        }
        return env;
    }

    /** A client of the administrator. */
    SlipwayClient client() {
        try {
            Map<String, String> env = env();
            return new SlipwayClient(endpoint(env), login(env));
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) { // a test's edge: what went wrong is told by the failing test
            throw new IllegalStateException(e);
        }
    }

    static URI endpoint(Map<String, String> env) {
        return URI.create(value(env, "SLIPWAY_ENDPOINT"));
    }

    static Login login(Map<String, String> env) {
        return new Login(
                value(env, "OS_USER_DOMAIN_NAME"),
                value(env, "OS_USERNAME"),
                value(env, "OS_PASSWORD"),
                value(env, "OS_PROJECT_NAME"));
    }

    /** The object storage of this installation. */
    static S3ObjectStore objects(Map<String, String> env) {
        return S3ObjectStore.open(new ObjectStoreProperties(
                value(env, "AWS_ENDPOINT_URL_S3"),
                value(env, "AWS_REGION"),
                value(env, "AWS_ACCESS_KEY_ID"),
                value(env, "AWS_SECRET_ACCESS_KEY")));
    }

    /** Runs a command to its end, at most two minutes. */
    Output command(String... arguments) throws IOException, InterruptedException {
        Path out = Files.createTempFile("slipway-command-", ".out");
        try {
            ProcessBuilder builder = new ProcessBuilder(java(List.of(arguments)))
                    .redirectErrorStream(true)
                    .redirectOutput(out.toFile());
            setEnvironment(builder);
            Process process = builder.start();
            if (!process.waitFor(2, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new IllegalStateException("%s did not end within 2 minutes".formatted(List.of(arguments)));
            }
            return new Output(process.exitValue(), Files.readString(out));
        } finally {
            Files.deleteIfExists(out);
        }
    }

    /** What a command printed, and its exit status. */
    record Output(int status, String text) {}

    /** Sends a request and answers with whatever comes. */
    static Answer send(HttpRequest request) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            return new Answer(answer.statusCode(), answer.body());
        }
    }

    /** The database lets the gateway's role in no more, and ends its connections; the control plane goes on. */
    void cutGatewayOff() throws Exception {
        administer("ALTER ROLE slipway_gateway NOLOGIN");
        administer("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'slipway_gateway'");
    }

    /** Undoes {@link #cutGatewayOff}. */
    void reconnectGateway() throws Exception {
        administer("ALTER ROLE slipway_gateway LOGIN");
    }

    private void administer(String sql) throws Exception {
        try (Connection connection = database();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** How many rows each table has. */
    Map<String, Long> rows() throws Exception {
        Map<String, Long> rows = new TreeMap<>();
        try (Connection connection = database();
                Statement statement = connection.createStatement()) {
            List<String> tables = new ArrayList<>();
            try (ResultSet found =
                    statement.executeQuery("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")) {
                while (found.next()) {
                    tables.add(found.getString(1));
                }
            }
            for (String table : tables) {
                try (ResultSet counted = statement.executeQuery("SELECT count(*) FROM " + table)) {
                    counted.next();
                    rows.put(table, counted.getLong(1));
                }
            }
        }
        return rows;
    }

    /** Its database, as the superuser. */
    Connection database() throws IOException, SQLException {
        Properties ports = new Properties();
        ports.load(new StringReader(Files.readString(data.resolve("ports"))));
        String password = Files.readString(data.resolve("secrets").resolve("database-superuser-password"))
                .strip();
        String url = "jdbc:postgresql://127.0.0.1:%s/slipway".formatted(ports.getProperty("postgres"));
        return DriverManager.getConnection(url, "postgres", password);
    }

    /** kill -9 of Temporal, whose database is gone before it is started again. */
    void wipeTemporal() throws Exception {
        // First the file, then the process: the new one cannot find the old file, whoever is faster.
        try (Stream<Path> files = Files.list(data.resolve("temporal"))) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        killNine(pidOfPart("temporal"));
    }

    /** The pid of a process that {@link #up} or {@link #run} started. */
    long pid(String name) {
        return Objects.requireNonNull(processes.get(name), name).pid();
    }

    /** kill -9 of a process that {@link #up} or {@link #run} started. */
    void killNine(String name) throws Exception {
        Process process = Objects.requireNonNull(processes.remove(name), name);
        process.destroyForcibly();
        process.waitFor(10, TimeUnit.SECONDS);
    }

    /** SIGTERM and the wait for the end. */
    void terminate(String name) throws Exception {
        Process process = Objects.requireNonNull(processes.remove(name), name);
        process.destroy();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IllegalStateException("'%s' did not end within 60 s of SIGTERM".formatted(name));
        }
    }

    /** The pid that a part wrote into its pid file. */
    long pidOfPart(String part) throws IOException {
        String text = Files.readString(data.resolve("run").resolve(part + ".pid"));
        Matcher digits = Pattern.compile("[0-9]+").matcher(text);
        if (!digits.find()) {
            throw new IllegalStateException("no pid in " + text);
        }
        return Long.parseLong(digits.group());
    }

    /** kill -9 of any process. */
    static void killNine(long pid) {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }

    /** Starts again what {@link #run} started and what has ended, as a service manager does, until all of it says that it serves. */
    void awaitServing(Duration limit) throws Exception {
        await("all of " + processes.keySet() + " serve", limit, () -> {
            try {
                boolean isComplete = true;
                for (Map.Entry<String, Process> each : List.copyOf(processes.entrySet())) {
                    if (!each.getValue().isAlive()) {
                        run(each.getKey());
                    }
                    isComplete &= saysThatItServes(each.getKey());
                }
                return isComplete;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private boolean saysThatItServes(String name) throws IOException {
        byte[] output = Files.readAllBytes(output(name));
        int before = Math.toIntExact(outputBefore.getOrDefault(name, 0L));
        return new String(output, before, output.length - before, StandardCharsets.UTF_8).contains("Slipway serves");
    }

    private Path output(String name) {
        return data.resolveSibling(data.getFileName() + "." + name.replace(',', '-') + ".out");
    }

    /** The end of the log of a process, for messages of failing tests. */
    String log(String name) throws IOException {
        Path file = output(name);
        if (!Files.exists(file)) {
            return "";
        }
        List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 60), lines.size()));
    }

    static void await(String what, Duration limit, BooleanSupplier condition) throws Exception {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("%s: not so after %d s".formatted(what, limit.toSeconds()));
            }
            TimeUnit.MILLISECONDS.sleep(100); // the step of a wait on a condition with a limit
        }
    }

    private void start(String name, List<String> arguments) throws IOException {
        Path out = output(name);
        outputBefore.put(name, Files.exists(out) ? Files.size(out) : 0L);
        ProcessBuilder builder = new ProcessBuilder(java(arguments))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(out.toFile()));
        setEnvironment(builder);
        processes.put(name, builder.start());
    }

    private void setEnvironment(ProcessBuilder builder) {
        builder.environment().putAll(variables);
        if (programs != null) {
            builder.environment()
                    .merge("PATH", programs.toString(), (path, first) -> first + File.pathSeparator + path);
        }
    }

    private void failIfEnded() {
        processes.forEach((name, process) -> {
            if (!process.isAlive()) {
                String log;
                try {
                    log = log(name);
                } catch (IOException e) {
                    log = e.toString();
                }
                throw new IllegalStateException(
                        "'%s' ended with status %d:%n%s".formatted(name, process.exitValue(), log));
            }
        });
    }

    private static List<String> java(List<String> arguments) {
        boolean serves = Set.of("up", "run").contains(arguments.getFirst());
        Path archive = Path.of("target", serves ? "serve.jsa" : "command.jsa").toAbsolutePath();
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@../java.options",
                "-XX:+AutoCreateSharedArchive",
                "-XX:SharedArchiveFile=" + archive,
                "-Xlog:disable",
                "-cp",
                classPath(),
                "dev.slipway.standalone.Main"));
        command.addAll(arguments);
        return command;
    }

    /** Surefire starts tests from a jar that only names the others. Without our own folder of tests: an archive of classes takes jars only. */
    private static String classPath() {
        @Nullable String whole = System.getProperty("surefire.test.class.path");
        String all = whole == null ? System.getProperty("java.class.path") : whole;
        return Arrays.stream(all.split(File.pathSeparator, -1))
                .filter(entry -> entry.endsWith(".jar"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    static String value(Map<String, String> env, String name) {
        return Objects.requireNonNull(env.get(name), () -> name + " is missing in the output of env: " + env.keySet());
    }

    @Override
    public void close() throws IOException {
        try {
            end();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void end() throws IOException, InterruptedException {
        for (Process process : processes.values()) {
            process.destroy();
        }
        for (Process process : processes.values()) {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        }
        command("down", "--data", data.toString());
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
