package dev.slipway.adapters.postgres.leader;

import dev.slipway.adapters.postgres.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Elects a leader: a lock that one process holds as long as its connection lives. It uses one connection of the pool while it is held. The
 * work of a leader must be harmless if two processes do it, because a process that lost its connection learns of that only when it asks
 * again. Safe for use by many threads.
 */
public final class AdvisoryLock implements BooleanSupplier, AutoCloseable {

    private static final System.Logger LOG = System.getLogger(AdvisoryLock.class.getName());
    private static final int ANSWERS_WITHIN_SECONDS = 2;

    private final DataSource dataSource;
    private final String name;
    private @Nullable Connection holding;
    private boolean closed;

    /** @param name of the role; one leader for each name in a database */
    public AdvisoryLock(Database database, String name) {
        this.dataSource = database.dataSource();
        this.name = name;
    }

    /** Whether this process is the leader now; becomes it if there is none. False if the database does not answer. */
    @Override
    public synchronized boolean getAsBoolean() {
        return !closed && (stillHeld() || taken());
    }

    private boolean stillHeld() {
        Connection connection = holding;
        if (connection == null) {
            return false;
        }
        try {
            if (connection.isValid(ANSWERS_WITHIN_SECONDS)) {
                return true;
            }
        } catch (SQLException lost) {
            LOG.log(System.Logger.Level.DEBUG, "the connection is lost", lost);
        }
        LOG.log(System.Logger.Level.WARNING, "lead lost of={0}", name);
        drop(connection);
        return false;
    }

    private boolean taken() {
        try {
            Connection connection = dataSource.getConnection();
            boolean got = false;
            try {
                got = call(connection, "SELECT pg_try_advisory_lock(hashtextextended(?, 0))");
            } finally {
                if (!got) {
                    connection.close();
                }
            }
            if (got) {
                holding = connection;
                LOG.log(System.Logger.Level.INFO, "lead taken of={0}", name);
            }
            return got;
        } catch (SQLException away) {
            LOG.log(System.Logger.Level.DEBUG, "the database does not answer", away);
            return false;
        }
    }

    private boolean call(Connection connection, String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, name);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    /** Before the connection returns to the pool, its session must have lost the lock or be closed. */
    private void drop(Connection connection) {
        holding = null;
        try (connection) {
            call(connection, "SELECT pg_advisory_unlock(hashtextextended(?, 0))");
        } catch (SQLException gone) {
            LOG.log(System.Logger.Level.DEBUG, "a lost connection has no lock", gone);
        }
    }

    /** Gives up the lead, for good. */
    @Override
    public synchronized void close() {
        closed = true;
        Connection connection = holding;
        if (connection != null) {
            drop(connection);
        }
    }
}
