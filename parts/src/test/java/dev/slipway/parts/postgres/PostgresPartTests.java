package dev.slipway.parts.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.parts.PartFailure;
import dev.slipway.parts.folder.DataFolder;
import dev.slipway.parts.folder.PortName;
import dev.slipway.parts.process.PartProcess;
import dev.slipway.parts.process.ProcessIdentity;
import dev.slipway.parts.process.Processes;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresPartTests {

    @TempDir
    Path temporary;

    private DataFolder folder;
    private PostgresPart part;

    @BeforeEach
    void startOnAnEmptyFolder() {
        System.setProperty(
                "slipway.ports.from",
                Long.toString(10_000 + ProcessHandle.current().pid() * 7919 % 1500 * 10));
        folder = DataFolder.open(temporary.resolve("data"));
        part = new PostgresPart(folder);
        part.start();
    }

    @AfterEach
    void stop() {
        part.stop();
    }

    @Test
    void isDurableAndAsksForPasswords() throws SQLException {
        assertThat(query("SHOW fsync")).isEqualTo("on");
        assertThat(query("SHOW server_version")).startsWith("18.");
        assertThat(query("SHOW listen_addresses")).isEqualTo("127.0.0.1");
        assertThatThrownBy(() -> DriverManager.getConnection(part.url(), PostgresPart.OWNER, "wrong"))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("password authentication failed");
    }

    @Test
    void ownerMayMakeExclusionConstraintsAndGatewayMayMakeNothing() throws SQLException {
        assertThat(query("CREATE EXTENSION btree_gist; SELECT 1")).isEqualTo("1");
        try (Connection gateway =
                        DriverManager.getConnection(part.url(), PostgresPart.GATEWAY_ROLE, part.gatewayPassword());
                Statement statement = gateway.createStatement()) {
            assertThatThrownBy(() -> statement.execute("CREATE TABLE t (n int)"))
                    .hasMessageContaining("permission denied");
        }
    }

    @Test
    void adoptsTheServerOfAKilledJvm() throws Exception {
        long pid = pid();

        PostgresPart next = new PostgresPart(folder);
        next.start();
        assertThat(pid()).isEqualTo(pid);
        assertThat(next.isHealthy()).isTrue();

        Files.delete(folder.pidFile("postgres"));
        PostgresPart withoutPidFile = new PostgresPart(folder);
        withoutPidFile.start();
        assertThat(pid()).isEqualTo(pid);
    }

    @Test
    void keepsItsDataWhenKilledAndStartsAgainOnItsPortWithinFiveSeconds() throws Exception {
        query("CREATE TABLE kept (n int); INSERT INTO kept VALUES (7); SELECT 1");
        String address = part.address();
        long pid = pid();

        try (Connection busy = DriverManager.getConnection(part.url(), PostgresPart.OWNER, part.password())) {
            long begun = System.nanoTime();
            PartProcess.signal(ProcessIdentity.of(pid).orElseThrow(), "KILL");
            assertThat(PartProcess.waitUntil(() -> !part.isAlive(), Duration.ofSeconds(2)))
                    .isTrue();
            part.start();
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
            assertThat(busy.isValid(1)).isFalse();
        }

        assertThat(part.address()).isEqualTo(address);
        assertThat(pid()).isNotEqualTo(pid);
        assertThat(query("SELECT n FROM kept")).isEqualTo("7");
    }

    @Test
    void namesTheOtherProcessOnItsPort() throws Exception {
        part.stop();
        try (ServerSocket stranger = new ServerSocket()) {
            stranger.setReuseAddress(true);
            int port = folder.ports().get(PortName.POSTGRES);
            stranger.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            assertThatThrownBy(part::start)
                    .isInstanceOf(PartFailure.class)
                    .hasMessageContaining("part 'postgres': its port " + port)
                    .hasMessageContaining("process " + ProcessHandle.current().pid())
                    .hasMessageContaining("database.port");
        }
    }

    @Test
    void stopsForGoodAndTellsNobodyItsPasswords() throws Exception {
        long pid = pid();
        String arguments = String.join(" ", Processes.arguments(pid));
        part.stop();

        assertThat(ProcessIdentity.of(pid)).isEmpty();
        assertThat(folder.pidFile("postgres")).doesNotExist();
        String log = Files.readString(folder.log("postgres"));
        for (String secret : new String[] {part.password(), part.gatewayPassword(), part.superuserPassword()}) {
            assertThat(log).doesNotContain(secret);
            assertThat(arguments).doesNotContain(secret);
        }
    }

    private long pid() throws Exception {
        return Long.parseLong(Files.readAllLines(folder.root().resolve("postgres/postmaster.pid"))
                .getFirst());
    }

    private String query(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(part.url(), PostgresPart.OWNER, part.password());
                Statement statement = connection.createStatement()) {
            boolean rows = statement.execute(sql);
            while (!rows) {
                rows = statement.getMoreResults();
            }
            try (ResultSet result = statement.getResultSet()) {
                result.next();
                return result.getString(1);
            }
        }
    }
}
