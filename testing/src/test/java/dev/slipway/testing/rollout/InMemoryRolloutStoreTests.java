package dev.slipway.testing.rollout;

import dev.slipway.domain.rollout.RolloutStore;
import dev.slipway.domain.service.ServiceId;

class InMemoryRolloutStoreTests extends RolloutStoreContract {

    private final InMemoryRolloutStore store = new InMemoryRolloutStore();

    @Override
    protected RolloutStore store() {
        return store;
    }

    @Override
    protected ServiceId service() {
        return ServiceId.random();
    }
}
