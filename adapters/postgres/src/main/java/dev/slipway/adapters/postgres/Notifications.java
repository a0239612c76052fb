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
 * Calls listeners when another transaction has changed something, soon after its commit. A notification is a wake-up and nothing more:
 * after each new connection every listener is called once, and one that gets lost is made up for by whoever looks again by the clock.
 * Keeps one connection of the pool.
 */
public final class Notifications implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Notifications.class.getName());
    private static final Duration BETWEEN_CONNECTIONS = Duration.ofSeconds(1);
    private static final int LOOK_MILLIS = 1_000;

    /** What can be listened to. */
    public enum Channel {
        /** Which instances there should be. */
        DESIRED_STATE,
        /** What workflows wait for. */
        WAITS,
        /** Rows of services. The payload is the service's id. */
        SERVICES;

        private String sqlName() {
            return "slipway_" + name().toLowerCase(java.util.Locale.ROOT);
        }

        /** Notifies at the commit of the transaction that it is called in, once however often it is called with the same payload. */
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

    /** Hears of changes. */
    @FunctionalInterface
    public interface Listener {
        /** @param payload empty where a channel has none, and after a new connection: then anything may have changed */
        void changed(String payload);
    }

    private final Database database;
    private final Map<Channel, Listener> listeners;
    private final Thread thread;
    private volatile boolean closed;

    /** Begins to listen. Connects when the database answers, and again after it was away. */
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
                PGNotification[] found = postgres.getNotifications(LOOK_MILLIS);
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
        } catch (RuntimeException failure) { // an edge: one listener must not keep the others from hearing
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
            thread.join(LOOK_MILLIS * 2L);
        } catch (InterruptedException inAHurry) {
            Thread.currentThread().interrupt();
        }
    }
}
