package dev.slipway.domain.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.domain.batch.BatchInput.Content;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ResultNamesTests {

    @Test
    void numbersEqualBaseNamesFromTheSecondOn() {
        ResultNames names = new ResultNames(ResultNames.LONGEST);

        assertThat(List.of(names.next("a.csv"), names.next("a.csv"), names.next("b.csv"), names.next("a.csv")))
                .containsExactly("a.csv_result.txt", "a.csv_2_result.txt", "b.csv_result.txt", "a.csv_3_result.txt");
        assertThat(names.next("A.csv")).isEqualTo("A.csv_result.txt");
    }

    @Test
    void takesTheNextFreeNumberWhereAnInputIsNamedLikeAResult() {
        ResultNames names = new ResultNames(ResultNames.LONGEST);
        names.next("a");
        names.next("a_2");

        assertThat(names.next("a")).isEqualTo("a_3_result.txt");
        assertThat(names.next("a_3")).isEqualTo("a_3_2_result.txt");
    }

    @Test
    void givesNoNameTwice() {
        ResultNames names = new ResultNames(ResultNames.LONGEST);
        Set<String> given = new HashSet<>();
        for (int i = 0; i < 200_000; i++) {
            assertThat(given.add(names.next(i % 3 == 0 ? "same" : "file-" + i % 50_000)))
                    .isTrue();
        }
    }

    @Test
    void shortensNamesThatWouldBeTooLongByADigest() {
        for (int length = 200; length <= 255; length++) {
            ResultNames names = new ResultNames(ResultNames.LONGEST);
            String base = "x".repeat(length - 4) + ".csv";
            String first = names.next(base);
            String second = names.next(base);

            assertThat(first).endsWith("_result.txt").startsWith("x".repeat(180));
            assertThat(second).endsWith("_2_result.txt").isNotEqualTo(first);
            assertThat(List.of(first, second)).allMatch(name -> name.length() <= ResultNames.LONGEST);
            assertThat(first.contains(base)).isEqualTo(length <= 207);
            assertThat(names.next("y" + base.substring(1))).isNotIn(first, second);
        }
    }

    @Test
    void cutsNoCharacterInHalf() {
        for (int i = 0; i < 4; i++) {
            String name = new ResultNames(ResultNames.LONGEST).next("a".repeat(i) + "\uD83D\uDE00".repeat(60));

            assertThat(name.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(ResultNames.LONGEST);
            assertThat(name).matches("a*(\uD83D\uDE00)+_[0-9a-f]{16}_result.txt");
        }
    }

    @Test
    void tellsLongNamesApartThatDifferAtTheirEnds() {
        ResultNames names = new ResultNames(64);

        assertThat(names.next("n".repeat(250) + "1")).isNotEqualTo(names.next("n".repeat(250) + "2"));
    }

    @Test
    void numbersInputsAndRecordsWithoutHolesAndGivesRejectedOnesNoName() {
        InputNumbering numbering = new InputNumbering(new ResultNames(ResultNames.LONGEST));
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
