package dev.slipway.domain.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.domain.batch.BatchInput.Content;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ResultNamesTests {

    @Test
    void numbersEqualBaseNamesFromTheSecondOn() {
        ResultNames names = new ResultNames();

        assertThat(List.of(names.next("a.csv"), names.next("a.csv"), names.next("b.csv"), names.next("a.csv")))
                .containsExactly("a.csv_result.txt", "a.csv_2_result.txt", "b.csv_result.txt", "a.csv_3_result.txt");
        assertThat(names.next("A.csv")).isEqualTo("A.csv_result.txt");
    }

    @Test
    void takesTheNextFreeNumberWhereAnInputIsNamedLikeAResult() {
        ResultNames names = new ResultNames();
        names.next("a");
        names.next("a_2");

        assertThat(names.next("a")).isEqualTo("a_3_result.txt");
        assertThat(names.next("a_3")).isEqualTo("a_3_2_result.txt");
    }

    @Test
    void givesNoNameTwice() {
        ResultNames names = new ResultNames();
        Set<String> given = new HashSet<>();
        for (int i = 0; i < 200_000; i++) {
            assertThat(given.add(names.next(i % 3 == 0 ? "same" : "file-" + i % 50_000)))
                    .isTrue();
        }
    }

    @Test
    void numbersInputsAndRecordsWithoutHolesAndGivesRejectedOnesNoName() {
        InputNumbering numbering = new InputNumbering();
        BatchInput first = numbering.next("obs://box/a", "a", 1, new Content.Rejected("no"));
        BatchInput second = numbering.next("obs://box/b/a", "a", 1, new Content.Rejected("no"));

        assertThat(first.resultName()).isEmpty();
        assertThat(second.ordinal()).isEqualTo(1);
        assertThat(second.records()).isEqualTo(new ChunkRange(1, 2));
        assertThat(numbering.totals()).isEqualTo(new PlanTotals(2, 2));
    }

    @Test
    void keepsMarksNearEveryRowAndNeverTooMany() {
        RowMarks marks = new RowMarks();
        long rows = 5_000_000;
        LongStream.range(0, rows).forEach(row -> marks.see(new RowMark(row, row * 10, row + 1)));

        assertThat(marks.marks()).hasSizeBetween(RowMarks.MOST / 2, RowMarks.MOST);
        long before = 0;
        for (RowMark mark : marks.marks()) {
            assertThat(mark.row() - before).isLessThanOrEqualTo(2 * rows / RowMarks.MOST * 2);
            before = mark.row();
        }
    }
}
