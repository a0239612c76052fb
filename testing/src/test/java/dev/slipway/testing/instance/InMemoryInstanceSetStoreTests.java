package dev.slipway.testing.instance;

import dev.slipway.domain.instance.InstanceSetStore;

class InMemoryInstanceSetStoreTests extends InstanceSetStoreContract {

    private final InMemoryInstanceSetStore store = new InMemoryInstanceSetStore();

    @Override
    protected InstanceSetStore store() {
        return store;
    }
}
