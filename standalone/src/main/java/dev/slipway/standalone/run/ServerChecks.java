package dev.slipway.standalone.run;

import dev.slipway.adapters.objectstore.S3ObjectStore;
import dev.slipway.adapters.postgres.DatabaseProperties;
import dev.slipway.domain.problem.Problem;
import dev.slipway.domain.storage.ObjectUri;
import dev.slipway.parts.folder.PortName;
import dev.slipway.standalone.installation.Installation;
import dev.slipway.workflows.connection.TemporalConnection;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Asks the servers, embedded ones too, by their own protocols, with the credentials of the settings: a port that takes connections says
 * nothing. All are asked at once and side by side when this is made; what is not known within {@link #LIMIT} does not answer.
 */
public final class ServerChecks {

    /** For all servers together; a server that answers does so at once, but on a busy machine clients take seconds to load. */
    public static final Duration LIMIT = Duration.ofSeconds(10);

    private static final Duration OF_PROTOCOL = Duration.ofSeconds(5);
    private static final String DOES_NOT_RUN = "no process of this folder runs it";

    private final Installation installation;
    private final FutureTask<Optional<String>> database;
    private final FutureTask<Optional<String>> temporal;
    private final FutureTask<Optional<String>> objects;
    private final long end = System.nanoTime() + LIMIT.toNanos();

    private ServerChecks(
            Installation installation, Supplier<Optional<String>> temporal, Supplier<Optional<String>> objects) {
        this.installation = installation;
        this.database = begin(installation.holdsDatabase(), this::askDatabase);
        this.temporal = begin(installation.holdsTemporal(), temporal);
        this.objects = begin(installation.holdsObjects(), objects);
    }

    /** Begins to ask all that run. */
    public static ServerChecks ofAll(Installation installation) {
        return new ServerChecks(installation, () -> askTemporal(installation), () -> askObjects(installation));
    }

    /** The same with less work: Temporal and object storage, where they are embedded, only have to answer the first bytes of their protocols. */
    public static ServerChecks ofAllQuickly(Installation installation) {
        return new ServerChecks(
                installation,
                installation.isTemporalEmbedded()
                        ? () -> Greeting.HTTP2.problem(portOf(installation, PortName.TEMPORAL), OF_PROTOCOL)
                        : () -> askTemporal(installation),
                installation.areObjectsEmbedded()
                        ? () -> Greeting.HTTP.problem(portOf(installation, PortName.OBJECTS), OF_PROTOCOL)
                        : () -> askObjects(installation));
    }

    private static int portOf(Installation installation, PortName name) {
        return installation.folder().ports().get(name);
    }

    /** Why the database cannot be used; empty if it can. */
    public Optional<String> database() {
        return answer(database);
    }

    /** Why Temporal cannot be used; empty if it can. */
    public Optional<String> temporal() {
        return answer(temporal);
    }

    /** Why object storage cannot be used; empty if it can. */
    public Optional<String> objects() {
        return answer(objects);
    }

    private Optional<String> askDatabase() {
        DatabaseProperties properties = installation.database();
        Properties login = new Properties();
        login.setProperty("user", properties.user());
        login.setProperty("password", properties.password());
        login.setProperty("loginTimeout", Long.toString(OF_PROTOCOL.toSeconds()));
        login.setProperty("socketTimeout", Long.toString(OF_PROTOCOL.toSeconds()));
        try (Connection connection = DriverManager.getConnection(properties.url(), login)) {
            return connection.isValid((int) OF_PROTOCOL.toSeconds())
                    ? Optional.empty()
                    : Optional.of("it takes the connection and does not answer");
        } catch (SQLException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private static Optional<String> askTemporal(Installation installation) {
        try (TemporalConnection connection = TemporalConnection.open(installation.temporal(), "doctor")) {
            return connection.problem(OF_PROTOCOL);
        } catch (IllegalStateException wrongFiles) {
            return Optional.of(String.valueOf(wrongFiles.getMessage()));
        }
    }

    private static Optional<String> askObjects(Installation installation) {
        String bucket = installation.settings().objects().bucket();
        try (S3ObjectStore objects = S3ObjectStore.open(installation.objects())) {
            objects.list(new ObjectUri(bucket, ""), null);
            return Optional.empty();
        } catch (Problem problem) {
            return Optional.of(String.valueOf(problem.getMessage()));
        }
    }

    /** On a thread of its own: a client may try again and again, for longer than somebody waits at a screen. */
    private static FutureTask<Optional<String>> begin(boolean runs, Supplier<Optional<String>> check) {
        FutureTask<Optional<String>> asked = new FutureTask<>(runs ? check::get : () -> Optional.of(DOES_NOT_RUN));
        Thread.ofPlatform().daemon().name("server-check").start(asked);
        return asked;
    }

    private Optional<String> answer(FutureTask<Optional<String>> asked) {
        try {
            return asked.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException hangs) {
            asked.cancel(true);
            return Optional.of("it does not answer within %d s".formatted(LIMIT.toSeconds()));
        } catch (ExecutionException e) {
            return Optional.of(String.valueOf(e.getCause()));
        } catch (CancellationException hung) {
            return Optional.of("it does not answer within %d s".formatted(LIMIT.toSeconds()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("interrupted");
        }
    }
}
