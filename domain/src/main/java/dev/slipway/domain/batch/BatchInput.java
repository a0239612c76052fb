package dev.slipway.domain.batch;

import dev.slipway.domain.storage.StoredObject;
import java.util.List;

/**
 * One input of a job, which is one line of its manifest.
 *
 * @param ordinal position among the inputs, from 0; fixed by the plan
 * @param source the input as the manifest names it
 * @param resultName name of its result file in the folder of results; empty if it is rejected
 * @param records ordinals of its records, at least one
 */
public record BatchInput(long ordinal, String source, String resultName, ChunkRange records, Content content) {
    public BatchInput {
        if (!(content instanceof Content.Table) && records.size() != 1) {
            throw new IllegalArgumentException("input '%s': only a table has several records".formatted(source));
        }
    }

    /** What the model has to answer. */
    public sealed interface Content {
        /** Nothing: the input cannot be used, for the reason given. Its one record is FAILED. */
        record Rejected(String reason) implements Content {}

        /** The whole object, as one record. */
        record File(StoredObject object) implements Content {}

        /** The rows of the object, a record each. */
        record Table(StoredObject object, List<RowMark> marks) implements Content {
            public Table {
                marks = List.copyOf(marks);
            }

            /** The last mark at or before the row. */
            public RowMark markBefore(long row) {
                RowMark best = RowMark.START;
                for (RowMark mark : marks) {
                    if (mark.row() > row) {
                        break;
                    }
                    best = mark;
                }
                return best;
            }
        }
    }
}
