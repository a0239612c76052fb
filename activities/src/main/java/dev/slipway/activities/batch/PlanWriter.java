package dev.slipway.activities.batch;

import dev.slipway.domain.batch.BatchInput;
import dev.slipway.domain.batch.PlanIndex;
import dev.slipway.domain.batch.PlanIndex.IndexPart;
import dev.slipway.domain.batch.PlanTotals;
import dev.slipway.domain.batch.TaskFolders;
import dev.slipway.domain.storage.ObjectStore;
import dev.slipway.formats.batch.PlanLines;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Writes the index objects of a plan, and its table of contents last; without the latter there is no plan. */
final class PlanWriter {
    private static final int INPUTS_EACH = 1_000;
    private static final int BYTES_EACH = 1 << 20;

    private final ObjectStore store;
    private final TaskFolders folders;
    private final String fence;
    private final List<IndexPart> parts = new ArrayList<>();
    private final ByteArrayOutputStream lines = new ByteArrayOutputStream();
    private int inputs;
    private long firstRecord;

    PlanWriter(ObjectStore store, TaskFolders folders, String fence) {
        this.store = store;
        this.folders = folders;
        this.fence = fence;
    }

    void add(BatchInput input) {
        if (inputs == 0) {
            firstRecord = input.records().from();
        }
        lines.writeBytes((PlanLines.ofInput(input) + "\n").getBytes(StandardCharsets.UTF_8));
        inputs++;
        if (inputs == INPUTS_EACH || lines.size() >= BYTES_EACH) {
            flush();
        }
    }

    private void flush() {
        String name = "index-%05d.jsonl".formatted(parts.size());
        store.put(folders.planPart(fence, name), lines.toByteArray());
        parts.add(new IndexPart(name, firstRecord));
        lines.reset();
        inputs = 0;
    }

    /** Makes this the plan, unless there is one already. */
    void finish(PlanTotals totals) {
        if (inputs > 0) {
            flush();
        }
        store.putIfAbsent(folders.planIndex(), PlanLines.ofIndex(new PlanIndex(fence, totals, parts)));
    }
}
