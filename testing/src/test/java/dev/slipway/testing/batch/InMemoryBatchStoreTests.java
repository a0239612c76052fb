package dev.slipway.testing.batch;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipway.domain.batch.BatchStore;
import dev.slipway.domain.service.ServiceId;
import org.junit.jupiter.api.Test;

class InMemoryBatchStoreTests extends BatchStoreContract {
    private final InMemoryBatchStore store = new InMemoryBatchStore();

    @Override
    protected BatchStore store() {
        return store;
    }

    @Override
    protected ServiceId service() {
        return ServiceId.random();
    }

    @Test
    void noticesAMissingExclusion() {
        store.withoutExclusion();

        assertThatExceptionOfType(AssertionError.class).isThrownBy(this::commitsNoRecordTwiceWhoeverCutsTheChunks);
        assertThatExceptionOfType(AssertionError.class).isThrownBy(this::refusesWhatOverlaps);
    }

    @Test
    void noticesAMissingSeal() {
        store.withoutSeal();

        assertThatExceptionOfType(AssertionError.class).isThrownBy(this::commitsNothingAfterTheSealAndStillTellsWhoWon);
    }
}
