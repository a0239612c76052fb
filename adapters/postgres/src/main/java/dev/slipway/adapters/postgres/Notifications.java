package dev.slipway.adapters.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Calls listeners soon after the commit of a transaction that changed something. A notification is only a hint and may get lost: every
 * listener is called once after each new connection, and listeners also check at intervals. Uses one connection of the pool.
 */
public final class Notifications implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Notifications.class.getName());
    private static final Duration BETWEEN_CONNECTIONS = Duration.ofSeconds(1);
    private static final int WAIT_MILLIS = 1_000;

    /** The kinds of changes. */
    public enum Channel {
        /** The desired state of instance sets. */
        DESIRED_STATE,
        /** The waits of workflows. */
        WAITS,
        /** Rows of services. The payload is the service's id. */
        SERVICES;

        private String sqlName() {
            return "slipway_" + name().toLowerCase(java.util.Locale.ROOT);
        }

        /** Notifies at the commit of the current transaction, once for equal payloads. */
        public void notify(JdbcClient jdbc) {
            notify(jdbc, "");
        }

        /** As {@link #notify(JdbcClient)}, with a payload of at most 7,999 bytes. */
        public void notify(JdbcClient jdbc, String payload) {
            jdbc.sql("SELECT pg_notify(?, ?)")
                    .params(sqlName(), payload)
                    .query((row, number) -> "")
                    .list();
        }
    }

    /** Gets notifications. */
    @FunctionalInterface
    public interface Listener {
        /** @param payload empty if the channel has none, and after a new connection, when anything may have changed */
        void changed(String payload);
    }

    private final Database database;
    private final Map<Channel, Listener> listeners;
    private final Thread thread;
    private volatile boolean closed;

    /** Starts to listen. Connects when the database answers, and again after an outage. */
    public Notifications(Database database, Map<Channel, Listener> listeners) {
        this.database = database;
        this.listeners = new EnumMap<>(listeners);
        this.thread = Thread.ofPlatform().daemon().name("notifications").start(this::listen);
    }

    private void listen() {
        while (!closed) {
            try (Connection connection = database.dataSource().getConnection()) {
                listenOn(connection);
            } catch (SQLException away) {
                LOG.log(System.Logger.Level.DEBUG, "no notifications for now", away);
            } catch (Throwable failure) { // the edge of the loop: without its thread nobody is woken
                LOG.log(System.Logger.Level.ERROR, "notifications failed", failure);
            }
            pause();
        }
    }

    private void listenOn(Connection connection) throws SQLException {
        boolean wasCommitting = connection.getAutoCommit();
        connection.setAutoCommit(true);
        try (Statement statement = connection.createStatement()) {
            for (Channel channel : listeners.keySet()) {
                statement.execute("LISTEN " + channel.sqlName());
            }
            listeners.values().forEach(listener -> tell(listener, ""));
            PGConnection postgres = connection.unwrap(PGConnection.class);
            while (!closed) {
                PGNotification[] found = postgres.getNotifications(WAIT_MILLIS);
                if (found == null || found.length == 0) {
                    continue;
                }
                for (PGNotification notification : found) {
                    deliver(notification);
                }
            }
            statement.execute("UNLISTEN *");
        } finally {
            if (!connection.isClosed()) {
                connection.setAutoCommit(wasCommitting);
            }
        }
    }

    private void deliver(PGNotification notification) {
        listeners.forEach((channel, listener) -> {
            if (channel.sqlName().equals(notification.getName())) {
                tell(listener, notification.getParameter());
            }
        });
    }

    private static void tell(Listener listener, String payload) {
        try {
            listener.changed(payload);
        } catch (RuntimeException failure) { // an edge: one listener must not stop the others
            LOG.log(System.Logger.Level.WARNING, "a listener failed", failure);
        }
    }

    private void pause() {
        try {
            if (!closed) {
                Thread.sleep(BETWEEN_CONNECTIONS);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join(WAIT_MILLIS * 2L);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
