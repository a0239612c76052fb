package dev.slipway.testing.wait;

import dev.slipway.domain.wait.WaitStore;

class InMemoryWaitStoreTests extends WaitStoreContract {

    private final InMemoryWaitStore store = new InMemoryWaitStore();

    @Override
    protected WaitStore store() {
        return store;
    }
}
