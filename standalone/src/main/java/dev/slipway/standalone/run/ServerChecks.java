package dev.slipway.standalone.run;

import dev.slipway.adapters.objectstore.S3ObjectStore;
import dev.slipway.adapters.postgres.DatabaseProperties;
import dev.slipway.domain.problem.Problem;
import dev.slipway.domain.storage.ObjectUri;
import dev.slipway.standalone.installation.Installation;
import dev.slipway.workflows.connection.TemporalConnection;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Asks servers of the user's by their own protocols, with the credentials of the settings: a port that takes connections says nothing. Each
 * answer comes within {@link #LIMIT}, also from a server that hangs.
 */
public final class ServerChecks {

    /** For each server. */
    public static final Duration LIMIT = Duration.ofSeconds(6);

    private static final Duration OF_PROTOCOL = Duration.ofSeconds(5);

    private final Installation installation;

    public ServerChecks(Installation installation) {
        this.installation = installation;
    }

    /** Why the database cannot be used; empty if it can. */
    public Optional<String> database() {
        return within(() -> {
            DatabaseProperties properties = installation.database();
            Properties login = new Properties();
            login.setProperty("user", properties.user());
            login.setProperty("password", properties.password());
            login.setProperty("loginTimeout", Long.toString(OF_PROTOCOL.toSeconds()));
            try (Connection connection = DriverManager.getConnection(properties.url(), login)) {
                return connection.isValid((int) OF_PROTOCOL.toSeconds())
                        ? Optional.empty()
                        : Optional.of("it takes the connection and does not answer");
            } catch (SQLException e) {
                return Optional.of(String.valueOf(e.getMessage()));
            }
        });
    }

    /** Why Temporal cannot be used; empty if it can. */
    public Optional<String> temporal() {
        return within(() -> {
            try (TemporalConnection connection = TemporalConnection.open(installation.temporal(), "doctor")) {
                return connection.problem(OF_PROTOCOL);
            } catch (IllegalStateException wrongFiles) {
                return Optional.of(String.valueOf(wrongFiles.getMessage()));
            }
        });
    }

    /** Why object storage cannot be used; empty if it can. */
    public Optional<String> objects() {
        return within(() -> {
            String bucket = installation.settings().objects().bucket();
            try (S3ObjectStore objects = S3ObjectStore.open(installation.objects())) {
                objects.list(new ObjectUri(bucket, ""), null);
                return Optional.empty();
            } catch (Problem problem) {
                return Optional.of(String.valueOf(problem.getMessage()));
            }
        });
    }

    /** A client may try again and again, for longer than somebody waits at a screen. */
    private static Optional<String> within(Supplier<Optional<String>> check) {
        FutureTask<Optional<String>> asked = new FutureTask<>(check::get);
        Thread asking = Thread.ofVirtual().start(asked);
        try {
            return asked.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException hangs) {
            return Optional.of("it does not answer within %d s".formatted(LIMIT.toSeconds()));
        } catch (ExecutionException e) {
            return Optional.of(String.valueOf(e.getCause()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("interrupted");
        } finally {
            asking.interrupt();
        }
    }
}
