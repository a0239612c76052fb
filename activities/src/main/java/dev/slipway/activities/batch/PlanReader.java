package dev.slipway.activities.batch;

import dev.slipway.domain.batch.BatchInput;
import dev.slipway.domain.batch.PlanIndex;
import dev.slipway.domain.batch.PlanIndex.IndexPart;
import dev.slipway.domain.batch.TaskFolders;
import dev.slipway.domain.storage.ObjectStore;
import dev.slipway.formats.batch.PlanLines;
import java.io.BufferedReader;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads the inputs of a plan in order, from the one that contains a given record on. One index object at a time is open. */
final class PlanReader implements AutoCloseable {
    private final ObjectStore store;
    private final TaskFolders folders;
    private final PlanIndex index;
    private int part;
    private @Nullable BufferedReader lines;
    private @Nullable BatchInput ahead;

    private PlanReader(ObjectStore store, TaskFolders folders, PlanIndex index) {
        this.store = store;
        this.folders = folders;
        this.index = index;
    }

    static PlanIndex index(ObjectStore store, TaskFolders folders) throws IOException {
        return PlanLines.readIndex(StoredTexts.bytes(store, folders.planIndex()));
    }

    static PlanReader from(ObjectStore store, TaskFolders folders, long record) throws IOException {
        PlanReader reader = new PlanReader(store, folders, index(store, folders));
        reader.part = reader.index.partOf(record);
        BatchInput input = reader.next();
        while (input != null && input.records().to() <= record) {
            input = reader.next();
        }
        reader.ahead = input;
        return reader;
    }

    /** Null after the last. */
    @Nullable
    BatchInput next() throws IOException {
        BatchInput waiting = ahead;
        if (waiting != null) {
            ahead = null;
            return waiting;
        }
        while (true) {
            BufferedReader open = lines;
            if (open == null) {
                if (part == index.parts().size()) {
                    return null;
                }
                IndexPart next = index.parts().get(part);
                open = StoredTexts.lines(store, folders.planPart(index.fence(), next.name()));
                lines = open;
            }
            String line = open.readLine();
            if (line != null) {
                return PlanLines.readInput(line);
            }
            open.close();
            lines = null;
            part++;
        }
    }

    @Override
    public void close() throws IOException {
        if (lines != null) {
            lines.close();
        }
    }
}
