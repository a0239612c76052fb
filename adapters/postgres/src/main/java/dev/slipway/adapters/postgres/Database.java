package dev.slipway.adapters.postgres;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Unavailable;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Set;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The database of the control plane. Safe for use by many threads. */
public final class Database implements AutoCloseable {

    /** How long a statement waits for the server before the database counts as one that does not answer; a lock held by others counts too. */
    public static final Duration ANSWER_LIMIT = Duration.ofSeconds(15);

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
    private static final String DISK_FULL = "53100";
    /** No such table, column, function. */
    private static final Set<String> NOT_IN_THE_SCHEMA = Set.of("42P01", "42703", "42883");

    private static final int SERIALISATION_TRIES = 5;

    private final HikariDataSource dataSource;
    private final DataSource migrations;
    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;

    private Database(HikariDataSource dataSource, DataSource migrations) {
        this.dataSource = dataSource;
        this.migrations = migrations;
        this.jdbc = JdbcClient.create(dataSource);
        this.transactions = new TransactionTemplate(new DataSourceTransactionManager(dataSource));
    }

    /** Creates the pool. Connects at the first use only, so that a process can start while the database is unavailable. */
    public static Database open(DatabaseProperties properties) {
        return open(properties, ANSWER_LIMIT);
    }

    /** @param answerLimit in place of {@link #ANSWER_LIMIT}, in whole seconds */
    static Database open(DatabaseProperties properties, Duration answerLimit) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(properties.url());
        config.setUsername(properties.user());
        config.setPassword(properties.password());
        config.setMaximumPoolSize(properties.connections());
        config.setMinimumIdle(1);
        config.setConnectionTimeout(CONNECT_LIMIT.toMillis());
        config.setInitializationFailTimeout(-1);
        config.setPoolName("slipway");
        // Without a socket time-out the driver waits for a frozen server without end.
        config.addDataSourceProperty("socketTimeout", String.valueOf(answerLimit.toSeconds()));
        config.addDataSourceProperty("tcpKeepAlive", "true");
        config.addDataSourceProperty("ApplicationName", "slipway");
        return new Database(new HikariDataSource(config), forMigrations(properties));
    }

    /** Connections without a limit for an answer: a migration may work on large tables, or wait for that of another process. */
    private static DataSource forMigrations(DatabaseProperties properties) {
        PGSimpleDataSource connections = new PGSimpleDataSource();
        connections.setUrl(properties.url());
        connections.setUser(properties.user());
        connections.setPassword(properties.password());
        connections.setConnectTimeout((int) CONNECT_LIMIT.toSeconds());
        connections.setTcpKeepAlive(true);
        connections.setApplicationName("slipway-migration");
        return connections;
    }

    /** Brings the schema up to date. Repeatable; concurrent calls wait for each other. Costs one query if there is nothing to do. */
    public void migrate() {
        if (!isUpToDate()) {
            migrateByFlyway();
        }
    }

    private boolean isUpToDate() {
        try {
            return ShippedMigrations.find().areAllAppliedTo(dataSource);
        } catch (SQLException notNow) {
            // Flyway has the same problem and reports it.
            return false;
        }
    }

    private void migrateByFlyway() {
        Flyway.configure()
                .dataSource(migrations)
                .locations("classpath:" + ShippedMigrations.FOLDER)
                .outOfOrder(true)
                .load()
                .migrate();
    }

    /** Plain SQL. Use it inside {@link #inTransaction} even for reads, because failures are translated there. */
    public JdbcClient jdbc() {
        return jdbc;
    }

    /** For LISTEN, advisory locks and other things that need a connection of their own. */
    public DataSource dataSource() {
        return dataSource;
    }

    /**
     * Runs {@code work} as one transaction (READ COMMITTED): committed when it returns, rolled back when it throws. Inside another
     * transaction it is a part of that one. A deadlock is retried up to five times, so {@code work} must have no other effects.
     *
     * @throws Unavailable if the database does not answer, or has no schema of this build yet
     */
    public <T extends @Nullable Object> T inTransaction(Supplier<T> work) {
        if (TransactionSynchronizationManager.isActualTransactionActive()) {
            // A failed statement has ended the outer transaction, which can only be retried as a whole.
            return transactions.execute(status -> work.get());
        }
        for (int attempt = 1; ; attempt++) {
            try {
                return transactions.execute(status -> work.get());
            } catch (CannotAcquireLockException e) {
                if (attempt == SERIALISATION_TRIES) {
                    throw unavailable(e);
                }
            } catch (CannotCreateTransactionException e) {
                throw isOfPool(e) ? busy(e) : unavailable(e);
            } catch (BadSqlGrammarException e) {
                throw isOfAnotherSchema(e) ? otherSchema(e) : e;
            } catch (TransactionSystemException | DataAccessResourceFailureException | TransientDataAccessException e) {
                throw unavailable(e);
            }
        }
    }

    /** One query. @throws Unavailable if the database does not answer, after 5 s at most if no connection is free */
    public void check() {
        inTransaction(() -> {
            jdbc.sql("SELECT 1").query(Integer.class).single();
        });
    }

    /** As {@link #inTransaction(Supplier)}, without a result. */
    public void inTransaction(Runnable work) {
        this.<@Nullable Void>inTransaction(() -> {
            work.run();
            return null;
        });
    }

    // No connection became free in time although the database has accepted connections and refused none. Whether all
    // are in
    // use now does not matter: they were during the wait.
    private boolean isOfPool(CannotCreateTransactionException failure) {
        HikariPoolMXBean pool = dataSource.getHikariPoolMXBean();
        return failure.getCause() instanceof SQLTransientConnectionException timeOut
                && timeOut.getCause() == null
                && pool != null
                && pool.getTotalConnections() > 0;
    }

    /** Before and while the first process of a new build migrates; otherwise a statement that does not fit is a bug. */
    private boolean isOfAnotherSchema(BadSqlGrammarException failure) {
        SQLException cause = failure.getSQLException();
        return cause != null && NOT_IN_THE_SCHEMA.contains(String.valueOf(cause.getSQLState())) && !isUpToDate();
    }

    private static Unavailable otherSchema(RuntimeException cause) {
        Unavailable unavailable = new Unavailable(
                ErrorCode.UNAVAILABLE,
                "the database has no schema of this version yet: a process with the API or a worker makes it when it starts");
        unavailable.initCause(cause);
        return unavailable;
    }

    private Unavailable busy(RuntimeException cause) {
        Unavailable unavailable = new Unavailable(
                ErrorCode.UNAVAILABLE,
                "all connections of this process to the database (at most %d) are in use, by too many requests at once or by a database that hangs: try again in a moment"
                        .formatted(dataSource.getMaximumPoolSize()));
        unavailable.initCause(cause);
        return unavailable;
    }

    private static Unavailable unavailable(RuntimeException cause) {
        Unavailable unavailable = new Unavailable(
                ErrorCode.UNAVAILABLE,
                isDiskFull(cause)
                        ? "the disk of the database is full: free space there, then try again"
                        : "the database does not answer now: try again in a moment");
        unavailable.initCause(cause);
        return unavailable;
    }

    private static boolean isDiskFull(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && DISK_FULL.equals(sql.getSQLState())) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void close() {
        dataSource.close();
    }
}
