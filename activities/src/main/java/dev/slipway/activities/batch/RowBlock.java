package dev.slipway.activities.batch;

import dev.slipway.domain.batch.BatchInput;
import dev.slipway.domain.batch.RecordFailure;
import dev.slipway.formats.batch.ByteBuilder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a table that follow one another and go to an instance together, each as a request of its own. A row that fits no request keeps its
 * place among them. Filled by one thread, then not changed any more.
 */
final class RowBlock {
    private final BatchInput input;
    private final long first;
    private final ByteBuilder bodies = new ByteBuilder(4 << 10);
    private final Map<Integer, RecordFailure> unfit = new HashMap<>();
    private int[] ends = new int[16];
    private int[] rows = new int[16];
    private int requests;
    private int count;

    /** @param first row of the input that stands here */
    RowBlock(BatchInput input, long first) {
        this.input = input;
        this.first = first;
    }

    /** Where the next request is appended; {@link #endRequest} or {@link #endUnfit} follows. */
    ByteBuilder bodies() {
        return bodies;
    }

    /** What was appended last is the request of the next row. */
    void endRequest() {
        if (requests == ends.length) {
            ends = Arrays.copyOf(ends, requests * 2);
            rows = Arrays.copyOf(rows, requests * 2);
        }
        ends[requests] = bodies.length();
        rows[requests] = count++;
        requests++;
    }

    /** The next row has no request. */
    void endUnfit(RecordFailure why) {
        unfit.put(count++, why);
    }

    BatchInput input() {
        return input;
    }

    /** The number of the first row in its input. */
    long first() {
        return first;
    }

    /** How many rows there are. */
    int count() {
        return count;
    }

    /** How many of them have a request. */
    int requests() {
        return requests;
    }

    /** Which row of the block a request is of, counted from 0. */
    int row(int request) {
        return rows[request];
    }

    /** Why a row of the block has no request; null if it has one. */
    @Nullable
    RecordFailure unfit(int row) {
        return unfit.get(row);
    }

    /** The bodies of requests, and where each ends. */
    byte[] bytes() {
        return bodies.array();
    }

    int start(int request) {
        return request == 0 ? 0 : ends[request - 1];
    }

    int end(int request) {
        return ends[request];
    }
}
