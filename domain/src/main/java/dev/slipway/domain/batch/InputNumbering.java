package dev.slipway.domain.batch;

import dev.slipway.domain.batch.BatchInput.Content;

/** Numbers the inputs of a plan, in the given order. A rejected input gets no result name. */
public final class InputNumbering {
    private final ResultNames names;
    private long inputs;
    private long records;

    public InputNumbering(ResultNames names) {
        this.names = names;
    }

    /** @param recordCount at least 1 */
    public BatchInput next(String source, String baseName, long recordCount, Content content) {
        String resultName = content instanceof Content.Rejected ? "" : names.next(baseName);
        BatchInput input =
                new BatchInput(inputs, source, resultName, new ChunkRange(records, records + recordCount), content);
        inputs++;
        records += recordCount;
        return input;
    }

    public PlanTotals totals() {
        return new PlanTotals(inputs, records);
    }
}
