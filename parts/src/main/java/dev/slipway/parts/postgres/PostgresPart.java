package dev.slipway.parts.postgres;

import dev.slipway.parts.Part;
import dev.slipway.parts.PartFailure;
import dev.slipway.parts.folder.DataFolder;
import dev.slipway.parts.folder.PortName;
import dev.slipway.parts.process.PartProcess;
import dev.slipway.parts.process.ProcessIdentity;
import dev.slipway.parts.process.Processes;
import dev.slipway.parts.process.TakenPort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * PostgreSQL 18 with its files in the data folder, on the loopback address, with passwords (scram-sha-256) and fsync on. It has
 * a database {@code slipway}, owned by the role {@code slipway}, and a role {@code slipway_gateway} without any right of its
 * own but to connect; the schema grants what the gateway needs.
 */
public final class PostgresPart implements Part {

    public static final String DATABASE = "slipway";
    public static final String OWNER = "slipway";
    public static final String GATEWAY_ROLE = "slipway_gateway";
    public static final String SUPERUSER = "postgres";

    /** Names of the secrets that hold the passwords of {@link #OWNER} and {@link #GATEWAY_ROLE}. */
    public static final String PASSWORD_SECRET = "database-password";

    public static final String GATEWAY_PASSWORD_SECRET = "database-gateway-password";

    private static final Logger LOG = LoggerFactory.getLogger(PostgresPart.class);
    public static final String NAME = "postgres";
    private static final Duration READY = Duration.ofSeconds(60);
    private static final Duration STOP = Duration.ofSeconds(20);

    private final DataFolder folder;
    private final Path cluster;
    private final PartProcess server;
    private final int port;
    private @Nullable ProcessIdentity process;

    public PostgresPart(DataFolder folder) {
        this.folder = folder;
        this.cluster = folder.root().resolve("postgres");
        this.server = new PartProcess(folder.pidFile(NAME), folder.log(NAME));
        this.port = folder.ports().get(PortName.POSTGRES);
    }

    /** Whether its programs are there, or have to be unpacked by the next start. */
    public static boolean areProgramsUnpacked() {
        return PostgresBinaries.areUnpacked();
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String address() {
        return "127.0.0.1:" + port;
    }

    /** JDBC address of a database of this server. */
    public String url(String database) {
        return "jdbc:postgresql://" + address() + "/" + database;
    }

    /** JDBC address of the database {@code slipway}. */
    public String url() {
        return url(DATABASE);
    }

    /** Password of the role that owns the database. */
    public String password() {
        return folder.secrets().get(PASSWORD_SECRET);
    }

    /** Password of the gateway's role. */
    public String gatewayPassword() {
        return folder.secrets().get(GATEWAY_PASSWORD_SECRET);
    }

    /** Password of the superuser; for administration and for tests that make databases of their own. */
    public String superuserPassword() {
        return folder.secrets().get("database-superuser-password");
    }

    @Override
    public synchronized void start() {
        if (isAlive()) {
            return;
        }
        if (adopt()) {
            return;
        }
        killOrphans();
        failIfPortIsTaken();
        Path programs = PostgresBinaries.unpacked();
        try {
            if (!Files.exists(cluster.resolve("PG_VERSION"))) {
                initialize(programs);
            }
            writeSettings();
            // It is known to be dead; PostgreSQL itself would refuse to start if another process had got its pid.
            Files.deleteIfExists(cluster.resolve("postmaster.pid"));
            process = server.launch(asUser(programs.resolve("bin/postgres"), "-D", cluster.toString()), cluster, "PG");
        } catch (IOException e) {
            throw new PartFailure(NAME, "cannot be started: " + e.getMessage(), e);
        }
        awaitReady();
        makeRoles();
        LOG.info("part=postgres started pid={} address={}", process.pid(), address());
    }

    private boolean adopt() {
        Optional<ProcessIdentity> living =
                server.remembered().or(this::postmaster).filter(this::worksHere);
        if (living.isEmpty()) {
            return false;
        }
        ProcessIdentity found = living.get();
        if (Processes.listeningOn(port)
                        .map(holder -> holder.pid() == found.pid())
                        .orElse(false)
                && isHealthy()) {
            process = found;
            server.remember(found);
            LOG.info("part=postgres adopted pid={} address={}", found.pid(), address());
            return true;
        }
        LOG.warn(
                "part=postgres pid={} lives on but does not answer at {}: stopped, to be started again",
                found.pid(),
                address());
        PartProcess.stop(found, "INT", STOP);
        return false;
    }

    /** The server in PostgreSQL's own lock file, for the case that this process died before it wrote its pid file. */
    private Optional<ProcessIdentity> postmaster() {
        try {
            Path file = cluster.resolve("postmaster.pid");
            return Files.exists(file)
                    ? ProcessIdentity.of(
                            Long.parseLong(Files.readAllLines(file).getFirst().strip()))
                    : Optional.empty();
        } catch (IOException | NumberFormatException | java.util.NoSuchElementException damaged) {
            return Optional.empty();
        }
    }

    private boolean worksHere(ProcessIdentity identity) {
        return Processes.workingIn(cluster).contains(identity);
    }

    /** Backends outlive a killed server until the end of their query; a new server must not start before that. */
    private void killOrphans() {
        if (!Files.isDirectory(cluster)) {
            return;
        }
        if (PartProcess.waitUntil(() -> Processes.workingIn(cluster).isEmpty(), Duration.ofSeconds(1))) {
            return;
        }
        for (ProcessIdentity orphan : Processes.workingIn(cluster)) {
            LOG.warn("part=postgres pid={} is left of a dead server: killed", orphan.pid());
            PartProcess.signal(orphan, "KILL");
        }
        PartProcess.waitUntil(() -> Processes.workingIn(cluster).isEmpty(), Duration.ofSeconds(5));
    }

    private void failIfPortIsTaken() {
        TakenPort.problem(PortName.POSTGRES, port).ifPresent(problem -> {
            throw new PartFailure(NAME, problem);
        });
    }

    private void initialize(Path programs) throws IOException {
        Path fresh = cluster.resolveSibling("postgres.new");
        deleteAll(fresh);
        superuserPassword();
        List<String> command = asUser(
                programs.resolve("bin/initdb"),
                "-D",
                fresh.toString(),
                "-U",
                SUPERUSER,
                "-A",
                "scram-sha-256",
                "--pwfile=" + folder.secrets().file("database-superuser-password"),
                "--encoding=UTF8",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--locale=C");
        Process initdb = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(server.log().toFile()))
                .start();
        try {
            if (!initdb.waitFor(120, TimeUnit.SECONDS)) {
                initdb.destroyForcibly();
                throw new IOException("initdb took more than 120 s; see '%s'".formatted(server.log()));
            }
        } catch (InterruptedException e) {
            initdb.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the database was made", e);
        }
        if (initdb.exitValue() != 0) {
            throw new IOException("initdb failed:\n%s".formatted(server.lastLines(5)));
        }
        Files.writeString(
                fresh.resolve("postgresql.conf"),
                "\ninclude 'slipway.conf'\n",
                java.nio.file.StandardOpenOption.APPEND);
        // A killed initdb leaves an incomplete folder, so it works in a temporary one that is renamed at the end.
        Files.move(fresh, cluster, StandardCopyOption.ATOMIC_MOVE);
    }

    private void writeSettings() throws IOException {
        String settings = """
                # written by slipway at each start
                listen_addresses = '127.0.0.1'
                port = %d
                unix_socket_directories = ''
                max_connections = 100
                shared_buffers = 64MB
                fsync = on
                full_page_writes = on
                synchronous_commit = on
                password_encryption = 'scram-sha-256'
                max_wal_size = 512MB
                logging_collector = off
                log_timezone = 'UTC'
                timezone = 'UTC'
                log_line_prefix = '%%m [%%p] '
                # a statement may carry what must not be in a log
                log_min_error_statement = panic
                """.formatted(port);
        Files.writeString(cluster.resolve("slipway.conf"), settings);
    }

    /** PostgreSQL refuses to run as root; in a user namespace without a mapping, root is another user that still owns the files. */
    private static List<String> asUser(Path program, String... arguments) {
        List<String> command = new ArrayList<>();
        if ("root".equals(System.getProperty("user.name"))) {
            command.add("unshare");
            command.add("-U");
        }
        command.add(program.toString());
        command.addAll(List.of(arguments));
        return command;
    }

    private void awaitReady() {
        ProcessIdentity started = java.util.Objects.requireNonNull(process);
        boolean answers = PartProcess.waitUntil(() -> !started.isAlive() || isHealthy(), READY);
        if (!started.isAlive()) {
            throw new PartFailure(
                    NAME, "it ended while starting; the end of '%s':\n%s".formatted(server.log(), server.lastLines(8)));
        }
        if (!answers) {
            throw new PartFailure(
                    NAME,
                    "it does not answer at %s after %d s; see '%s'"
                            .formatted(address(), READY.toSeconds(), server.log()));
        }
    }

    private void makeRoles() {
        try (Connection connection = connect("postgres", SUPERUSER, superuserPassword());
                Statement statement = connection.createStatement()) {
            makeRole(connection, statement, OWNER, password());
            makeRole(connection, statement, GATEWAY_ROLE, gatewayPassword());
            if (!exists(statement, "SELECT 1 FROM pg_database WHERE datname = '" + DATABASE + "'")) {
                statement.execute("CREATE DATABASE " + DATABASE + " OWNER " + OWNER);
            }
        } catch (SQLException e) {
            throw new PartFailure(NAME, "cannot make its roles and database: " + e.getMessage(), e);
        }
    }

    private static void makeRole(Connection connection, Statement statement, String role, String password)
            throws SQLException {
        if (exists(statement, "SELECT 1 FROM pg_authid WHERE rolname = '" + role + "' AND rolpassword IS NOT NULL")) {
            return;
        }
        if (!exists(statement, "SELECT 1 FROM pg_roles WHERE rolname = '" + role + "'")) {
            statement.execute("CREATE ROLE " + role + " LOGIN");
        }
        // Sends a verifier, so that no statement contains the password itself.
        connection.unwrap(PGConnection.class).alterUserPassword(role, password.toCharArray(), "scram-sha-256");
    }

    private static boolean exists(Statement statement, String query) throws SQLException {
        try (ResultSet rows = statement.executeQuery(query)) {
            return rows.next();
        }
    }

    private Connection connect(String database, String user, String password) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        properties.setProperty("connectTimeout", "3");
        properties.setProperty("socketTimeout", "30");
        properties.setProperty("loginTimeout", "5");
        return DriverManager.getConnection(url(database), properties);
    }

    @Override
    public boolean isAlive() {
        ProcessIdentity current = process;
        return current != null && current.isAlive();
    }

    @Override
    public void limitLog() {
        server.limitLog();
    }

    @Override
    public boolean isHealthy() {
        try (Connection connection = connect("postgres", SUPERUSER, superuserPassword());
                Statement statement = connection.createStatement()) {
            return exists(statement, "SELECT 1");
        } catch (SQLException notReady) {
            return false;
        }
    }

    @Override
    public synchronized void stop() {
        Optional<ProcessIdentity> living = Optional.ofNullable(process)
                .or(server::remembered)
                .or(this::postmaster)
                .filter(this::worksHere);
        // INT is the fast shutdown: sessions are ended, everything is written.
        living.ifPresent(identity -> PartProcess.stop(identity, "INT", STOP));
        killOrphans();
        process = null;
        server.forget();
    }

    private static void deleteAll(Path tree) {
        if (!Files.exists(tree)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(tree)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove '" + tree + "'", e);
        }
    }
}
