package dev.slipway.domain.batch;

import java.util.ArrayList;
import java.util.List;

/** Collects marks while a table is read: enough to start near any row, and at most {@value #MOST}. */
public final class RowMarks {
    static final int MOST = 2000;

    private long distance = 500;
    private List<RowMark> marks = new ArrayList<>();

    /** Call it with each row in order. */
    public void see(RowMark row) {
        if (row.row() == 0 || row.row() % distance != 0) {
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
