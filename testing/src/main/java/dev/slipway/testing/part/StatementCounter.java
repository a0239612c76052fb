package dev.slipway.testing.part;

import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * Counts the statements that PostgreSQL has run for this JVM, over all connections, as the driver's log tells of their completions; what
 * only begins or ends a transaction does not count. Whoever expects few shows first that it counts many.
 */
public final class StatementCounter implements AutoCloseable {

    private static final String COMPLETION = " <=BE CommandStatus({0})";
    private static final Set<String> OF_TRANSACTIONS = Set.of("BEGIN", "COMMIT", "ROLLBACK");

    // Held here: a logger that nobody holds may be forgotten with its level.
    private final Logger driver = Logger.getLogger("org.postgresql.core.v3.QueryExecutorImpl");
    private final AtomicLong statements = new AtomicLong();
    private final Handler handler = new Handler() {

        @Override
        public void publish(LogRecord record) {
            if (COMPLETION.equals(record.getMessage())
                    && !OF_TRANSACTIONS.contains(String.valueOf(record.getParameters()[0]))) {
                statements.incrementAndGet();
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    /** Counts from now on. */
    public StatementCounter() {
        driver.setLevel(Level.FINEST);
        driver.setUseParentHandlers(false);
        driver.addHandler(handler);
    }

    /** So many since it was made. */
    public long count() {
        return statements.get();
    }

    @Override
    public void close() {
        driver.removeHandler(handler);
        driver.setUseParentHandlers(true);
        driver.setLevel(null);
    }
}
