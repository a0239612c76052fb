package dev.slipway.domain.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class ChunkCutterTests {

    @Test
    void gathersWholeInputsAndCutsLargeOnes() {
        List<ChunkRange> inputs = inputs(1, 1, 1, 250, 1, 99);

        assertThat(ChunkCutter.cut(new ChunkRange(0, 353), inputs.iterator(), 100, 99))
                .containsExactly(
                        new ChunkRange(0, 3),
                        new ChunkRange(3, 103),
                        new ChunkRange(103, 203),
                        new ChunkRange(203, 253),
                        new ChunkRange(253, 353));
    }

    @Test
    void cutsOnlyTheHole() {
        assertThat(ChunkCutter.cut(new ChunkRange(40, 90), inputs(100).iterator(), 30, 99))
                .containsExactly(new ChunkRange(40, 70), new ChunkRange(70, 90));
    }

    @RepeatedTest(200)
    void coversTheHoleOnceAndNeverMixesPartsOfATableWithOthers(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        int[] sizes = random.ints(1 + random.nextInt(12), 1, 40).toArray();
        List<ChunkRange> inputs = inputs(sizes);
        long all = inputs.getLast().to();
        long from = random.nextLong(all);
        ChunkRange hole = new ChunkRange(from, from + 1 + random.nextLong(all - from));
        List<ChunkRange> touched =
                inputs.stream().filter(input -> input.overlaps(hole)).toList();
        long size = 1L + random.nextInt(30);

        List<ChunkRange> chunks = ChunkCutter.cut(hole, touched.iterator(), size, Integer.MAX_VALUE);

        long next = hole.from();
        for (ChunkRange chunk : chunks) {
            assertThat(chunk.from()).isEqualTo(next);
            assertThat(chunk.size()).isLessThanOrEqualTo(size);
            next = chunk.to();
            List<ChunkRange> parts =
                    touched.stream().filter(input -> input.overlaps(chunk)).toList();
            assertThat(parts.size() == 1 || parts.stream().allMatch(chunk::covers))
                    .as("%s of %s", chunk, parts)
                    .isTrue();
        }
        assertThat(next).isEqualTo(hole.to());
        int few = 1 + random.nextInt(chunks.size());
        assertThat(ChunkCutter.cut(hole, touched.iterator(), size, few)).isEqualTo(chunks.subList(0, few));
    }

    private static List<ChunkRange> inputs(int... sizes) {
        List<ChunkRange> inputs = new ArrayList<>();
        long from = 0;
        for (int size : sizes) {
            inputs.add(new ChunkRange(from, from + (long) size));
            from += size;
        }
        return inputs;
    }
}
