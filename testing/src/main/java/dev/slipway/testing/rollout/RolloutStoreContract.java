package dev.slipway.testing.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.rollout.RolloutOutcome;
import dev.slipway.domain.rollout.RolloutStore;
import dev.slipway.domain.rollout.RolloutStore.Settled;
import dev.slipway.domain.rollout.RolloutStore.VerdictRow;
import dev.slipway.domain.service.ServiceId;
import dev.slipway.domain.wave.EntryChange;
import dev.slipway.domain.wave.Snapshot;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every {@link RolloutStore} does. */
public abstract class RolloutStoreContract {

    private static final Settled HEALTHY = new Settled(RolloutOutcome.SUCCEEDED, null);
    private static final Settled BACK = new Settled(RolloutOutcome.ROLLED_BACK, "instance 'a' was killed");

    protected abstract RolloutStore store();

    /** A service that exists. */
    protected abstract ServiceId service();

    @Test
    void keepsTheFirstSnapshot() {
        ServiceId service = service();
        Snapshot first = snapshot(2);

        assertThat(store().takeSnapshot(service, 3, first)).isEqualTo(first);
        assertThat(store().takeSnapshot(service, 3, snapshot(5))).isEqualTo(first);
        assertThat(store().find(service, 3)).contains(new RolloutStore.Row(first, null));
        assertThat(store().find(service, 4)).isEmpty();
        assertThat(store().find(service(), 3)).isEmpty();
    }

    @Test
    void keepsTheFirstOutcome() {
        ServiceId service = service();
        store().takeSnapshot(service, 1, snapshot(1));

        assertThat(store().settle(service, 1, BACK)).isEqualTo(BACK);
        assertThat(store().settle(service, 1, HEALTHY)).isEqualTo(BACK);
        assertThat(store().find(service, 1).orElseThrow().settled()).isEqualTo(BACK);
    }

    @Test
    void keepsOneOfOutcomesThatComeAtOnce() throws Exception {
        ServiceId service = service();
        store().takeSnapshot(service, 1, snapshot(1));
        Set<Settled> told = new HashSet<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Callable<Settled>> writers = IntStream.range(0, 8)
                    .<Callable<Settled>>mapToObj(
                            i -> () -> store().settle(service, 1, new Settled(RolloutOutcome.FAILED, "writer " + i)))
                    .toList();
            for (Future<Settled> settled : threads.invokeAll(writers)) {
                told.add(settled.get());
            }
        }
        assertThat(told)
                .singleElement()
                .isEqualTo(store().find(service, 1).orElseThrow().settled());
    }

    @Test
    void settlesNothingWithoutASnapshot() {
        ServiceId service = service();

        assertThat(store().settle(service, 9, HEALTHY)).isEqualTo(HEALTHY);
        assertThat(store().find(service, 9)).isEmpty();
    }

    @Test
    void keepsTheLastVerdictsInOrder() {
        ServiceId service = service();
        store().takeSnapshot(service, 1, snapshot(1));
        List<VerdictRow> given = IntStream.range(0, RolloutStore.VERDICTS_KEPT + 2)
                .mapToObj(i -> new VerdictRow(
                        Instant.parse("2026-11-27T12:00:00Z").plusSeconds(i), "HEALTHY", List.of("a-0-1"), "look " + i))
                .toList();

        given.forEach(verdict -> store().addVerdict(service, 1, verdict));
        store().addVerdict(service, 2, given.getFirst());

        assertThat(store().verdicts(service, 1)).isEqualTo(given.subList(2, given.size()));
        assertThat(store().verdicts(service, 2)).isEmpty();
    }

    @Test
    void listsWhatIsUnsettledOldestFirst() {
        ServiceId service = service();
        for (long generation : new long[] {12, 2, 7}) {
            store().takeSnapshot(service, generation, snapshot(1));
        }
        store().takeSnapshot(service(), 1, snapshot(1));
        store().settle(service, 7, HEALTHY);

        assertThat(store().unsettled(service)).containsExactly(2L, 12L);
    }

    private static Snapshot snapshot(int count) {
        return new Snapshot(List.of(
                new EntryChange(0, new InstanceSetId("old-0"), count, new InstanceSetId("new-0"), count + 1, 1, 0),
                new EntryChange(1, null, 0, new InstanceSetId("new-1"), 1, 1, 0),
                new EntryChange(2, new InstanceSetId("old-2"), 3, null, 0, 1, 1)));
    }
}
