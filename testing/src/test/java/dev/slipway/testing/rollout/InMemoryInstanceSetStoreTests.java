package dev.slipway.testing.rollout;

import dev.slipway.domain.service.InstanceSetStore;
import dev.slipway.domain.service.ServiceId;

class InMemoryInstanceSetStoreTests extends InstanceSetStoreContract {

    private final InMemoryInstanceSetStore store = new InMemoryInstanceSetStore();

    @Override
    protected InstanceSetStore store() {
        return store;
    }

    @Override
    protected ServiceId service() {
        return ServiceId.random();
    }
}
