package dev.slipway.domain.batch;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * Cuts a hole (records that are not done) into chunks of about a size. A chunk is either a number of whole inputs or a part of one
 * table, never a part of one input together with others.
 */
public final class ChunkCutter {
    private ChunkCutter() {}

    /**
     * At most {@code limit} chunks from the beginning of the hole.
     *
     * @param inputs record ranges of the inputs in order, from the one that holds the first record of the hole on
     */
    public static List<ChunkRange> cut(ChunkRange hole, Iterator<ChunkRange> inputs, long size, int limit) {
        List<ChunkRange> chunks = new ArrayList<>();
        long from = hole.from();
        long to = from; // of the whole inputs gathered since from
        while (inputs.hasNext() && to < hole.to() && chunks.size() < limit) {
            ChunkRange input = inputs.next();
            boolean whole = hole.covers(input);
            if (whole && input.to() - from <= size) {
                to = input.to();
                continue;
            }
            if (to > from) {
                chunks.add(new ChunkRange(from, to));
                from = to;
            }
            long end = Math.min(input.to(), hole.to());
            if (whole && end - from <= size) {
                to = end;
                continue;
            }
            while (from < end && chunks.size() < limit) {
                long next = Math.min(from + size, end);
                chunks.add(new ChunkRange(from, next));
                from = next;
            }
            to = from;
        }
        if (to > from && chunks.size() < limit) {
            chunks.add(new ChunkRange(from, to));
        }
        return List.copyOf(chunks);
    }
}
