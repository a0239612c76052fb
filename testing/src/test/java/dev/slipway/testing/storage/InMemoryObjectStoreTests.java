package dev.slipway.testing.storage;

import dev.slipway.domain.storage.ObjectStore;

class InMemoryObjectStoreTests extends ObjectStoreContract {

    private final InMemoryObjectStore store = new InMemoryObjectStore("bucket");

    @Override
    protected ObjectStore store() {
        return store;
    }

    @Override
    protected String bucket() {
        return "bucket";
    }
}
