package dev.slipway.testing.model;

import dev.slipway.domain.model.Model;
import dev.slipway.domain.model.ModelStore;

class InMemoryModelStoreTests extends ModelStoreContract {

    private final InMemoryModelStore store = new InMemoryModelStore();

    @Override
    protected ModelStore store() {
        return store;
    }

    @Override
    protected long started(Model model) {
        return store.events(model.id()).stream()
                .filter(event -> event.info().equals("Start model import."))
                .count();
    }
}
