package dev.slipway.domain.batch;

import java.util.ArrayList;
import java.util.List;

/** Collects marks while a table is read: enough to start near any row, and at most {@value #MOST}. */
public final class RowMarks {
    static final int MOST = 2000;

    private long distance = 500;
    private List<RowMark> marks = new ArrayList<>();

    /** Whether {@link #see} does something with a row of that number. */
    public boolean isDue(long row) {
        return row != 0 && row % distance == 0;
    }

    /** Call it with each row in order, or with each that is due. */
    public void see(RowMark row) {
        if (!isDue(row.row())) {
            return;
        }
        marks.add(row);
        if (marks.size() == MOST) {
            distance *= 2;
            List<RowMark> half = new ArrayList<>();
            for (RowMark mark : marks) {
                if (mark.row() % distance == 0) {
                    half.add(mark);
                }
            }
            marks = half;
        }
    }

    public List<RowMark> marks() {
        return List.copyOf(marks);
    }
}
