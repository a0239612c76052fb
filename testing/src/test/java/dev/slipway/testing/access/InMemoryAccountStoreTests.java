package dev.slipway.testing.access;

import dev.slipway.domain.access.AccountStore;

class InMemoryAccountStoreTests extends AccountStoreContract {

    private final InMemoryAccountStore store = new InMemoryAccountStore();

    @Override
    protected AccountStore store() {
        return store;
    }
}
