package dev.slipway.testing.model;

import dev.slipway.domain.model.ModelStore;

class InMemoryModelStoreTests extends ModelStoreContract {

    private final InMemoryModelStore store = new InMemoryModelStore();

    @Override
    protected ModelStore store() {
        return store;
    }
}
