package dev.slipway.testing.request;

import dev.slipway.domain.request.RequestStore;

class InMemoryRequestStoreTests extends RequestStoreContract {

    private final InMemoryRequestStore store = new InMemoryRequestStore();

    @Override
    protected RequestStore store() {
        return store;
    }
}
