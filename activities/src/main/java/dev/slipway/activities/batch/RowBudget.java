package dev.slipway.activities.batch;

/**
 * Limits the part of the byte budget that the rows of one chunk may hold. Rows are read in order and may wait long for an instance, so they
 * get only a small part and leave the rest to others.
 */
final class RowBudget {
    private static final int PARTS = 32;

    private final ByteBudget chunk;
    private final ByteBudget process;

    RowBudget(ByteBudget process) {
        this.process = process;
        this.chunk = new ByteBudget(Math.max(1, process.bytes() / PARTS));
    }

    /** Waits for earlier rows of the chunk, then for the budget of the process. */
    Share take(long bytes, Liveness liveness) throws InterruptedException {
        ByteBudget.Share own = chunk.take(bytes, liveness);
        boolean taken = false;
        try {
            Share share = new Share(own, process.take(bytes, liveness));
            taken = true;
            return share;
        } finally {
            if (!taken) {
                own.close();
            }
        }
    }

    /** A share of both. Must be closed. */
    record Share(ByteBudget.Share chunk, ByteBudget.Share process) implements AutoCloseable {
        @Override
        public void close() {
            process.close();
            chunk.close();
        }
    }
}
