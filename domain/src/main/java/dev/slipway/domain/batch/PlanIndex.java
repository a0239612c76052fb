package dev.slipway.domain.batch;

import java.util.List;

/**
 * The table of contents of a plan: which index object holds which inputs.
 *
 * @param fence folder of its index objects, named after the execution that wrote them
 * @param parts in order, at least one
 */
public record PlanIndex(String fence, PlanTotals totals, List<IndexPart> parts) {
    public PlanIndex {
        parts = List.copyOf(parts);
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("plan: expected at least one index object");
        }
    }

    /** One index object and the first record in it. */
    public record IndexPart(String name, long firstRecord) {}

    /** Position of the index object that holds the record. */
    public int partOf(long record) {
        int position = 0;
        while (position + 1 < parts.size() && parts.get(position + 1).firstRecord() <= record) {
            position++;
        }
        return position;
    }
}
