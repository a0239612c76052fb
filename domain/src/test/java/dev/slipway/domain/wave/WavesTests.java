package dev.slipway.domain.wave;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.wave.Waves.Member;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class WavesTests {

    private static final InstanceSetId OLD = new InstanceSetId("old");
    private static final InstanceSetId NEW = new InstanceSetId("new");
    private static final InstanceSetId STAYS = new InstanceSetId("stays");

    static Stream<Arguments> counts() {
        return IntStream.rangeClosed(1, 6).boxed().flatMap(old -> IntStream.rangeClosed(1, 6)
                .boxed()
                .flatMap(fresh -> Stream.of(1, 2, 9).flatMap(surge -> Stream.of(0, 1, 3)
                        .map(unavailable -> Arguments.of(old, fresh, surge, unavailable)))));
    }

    @ParameterizedTest(name = "{0} by {1}, surge {2}, unavailable {3}")
    @MethodSource("counts")
    void replacesAllWithinTheLimitsOfSurgeAndUnavailable(int old, int fresh, int surge, int unavailable) {
        Snapshot snapshot =
                Waves.changes(List.of(member(OLD, 0, old)), List.of(new Member(0, NEW, fresh, surge, unavailable)));
        Map<InstanceSetId, Integer> counts = new HashMap<>(Map.of(OLD, old));
        int most = Math.max(old + surge, fresh);
        int least = Math.max(1, old - unavailable);

        int rounds = 0;
        while (true) {
            // Old ones that may be missing go before new ones are proven.
            counts.putAll(new Waves(snapshot, counts).scaledDown(false));
            assertThat(sum(counts)).isGreaterThanOrEqualTo(least);
            Map<InstanceSetId, Integer> scaledUp = new Waves(snapshot, counts).scaledUp();
            counts.putAll(scaledUp);
            assertThat(sum(counts)).as("instances at once, %s", counts).isLessThanOrEqualTo(most);
            Waves proven = new Waves(snapshot, counts);
            boolean isLast = proven.isLast(true);
            counts.putAll(proven.scaledDown(true));
            assertThat(sum(counts))
                    .as("instances that serve, %s", counts)
                    .isGreaterThanOrEqualTo(Math.min(least, fresh));
            if (isLast) {
                break;
            }
            assertThat(++rounds).as("waves").isLessThanOrEqualTo(old + fresh);
        }
        assertThat(counts).containsEntry(OLD, 0).containsEntry(NEW, fresh);
    }

    @Test
    void goesByTheSurgeInEachWave() {
        Snapshot snapshot = Waves.changes(List.of(member(OLD, 0, 4)), List.of(member(NEW, 0, 4)));
        List<Integer> fresh = new ArrayList<>();
        Map<InstanceSetId, Integer> counts = new HashMap<>(Map.of(OLD, 4));
        while (!new Waves(snapshot, counts).isLast(true)) {
            counts.putAll(new Waves(snapshot, counts).scaledUp());
            fresh.add(counts.get(NEW));
            counts.putAll(new Waves(snapshot, counts).scaledDown(true));
        }
        assertThat(fresh).containsExactly(1, 2, 3, 4);
    }

    @Test
    void scalesDownNothingThatIsNotProven() {
        Snapshot snapshot = Waves.changes(List.of(member(OLD, 0, 2)), List.of(member(NEW, 0, 2)));

        assertThat(new Waves(snapshot, Map.of(OLD, 2, NEW, 1)).scaledDown(false))
                .isEmpty();
        assertThat(new Waves(snapshot, Map.of(OLD, 2, NEW, 1)).scaledDown(true)).containsExactly(Map.entry(OLD, 1));
        assertThat(new Waves(snapshot, Map.of(OLD, 2, NEW, 2)).isLast(false)).isFalse();
    }

    @Test
    void goesOnFromTheMiddle() {
        Snapshot snapshot = Waves.changes(List.of(member(OLD, 0, 3)), List.of(member(NEW, 0, 3)));

        Waves middle = new Waves(snapshot, Map.of(OLD, 2, NEW, 1));

        assertThat(middle.scaledUp()).containsExactly(Map.entry(NEW, 2));
    }

    @Test
    void leavesASetThatStaysAloneAndDrainsWhatLeavesLast() {
        Snapshot snapshot =
                Waves.changes(List.of(member(STAYS, 0, 2), member(OLD, 1, 3)), List.of(member(STAYS, 0, 4)));

        Waves waves = new Waves(snapshot, Map.of(STAYS, 2, OLD, 3));
        assertThat(waves.scaledUp()).containsExactly(Map.entry(STAYS, 4));
        assertThat(waves.scaledDown(true)).isEmpty();
        assertThat(new Waves(snapshot, Map.of(STAYS, 4, OLD, 3)).scaledDown(true))
                .containsExactly(Map.entry(OLD, 0));
    }

    @Test
    void shrinksASetThatStays() {
        Snapshot snapshot = Waves.changes(List.of(member(STAYS, 0, 4)), List.of(member(STAYS, 0, 1)));

        assertThat(snapshot.hasOld()).isTrue();
        assertThat(new Waves(snapshot, Map.of(STAYS, 4)).scaledDown(true)).containsExactly(Map.entry(STAYS, 1));
    }

    @Test
    void paysNoHeedToTheOrderOfEntriesThatStay() {
        Snapshot snapshot = Waves.changes(
                List.of(member(OLD, 0, 1), member(STAYS, 1, 1)), List.of(member(STAYS, 0, 1), member(NEW, 1, 1)));

        assertThat(snapshot.changes()).anySatisfy(change -> {
            assertThat(change.old()).isEqualTo(OLD);
            assertThat(change.fresh()).isEqualTo(NEW);
        });
        assertThat(snapshot.changes()).anyMatch(change -> STAYS.equals(change.old()) && change.keeps());
    }

    private static Member member(InstanceSetId set, int entry, int count) {
        return new Member(entry, set, count, 1, 0);
    }

    private static int sum(Map<InstanceSetId, Integer> counts) {
        return counts.values().stream().mapToInt(Integer::intValue).sum();
    }
}
