package dev.slipway.testing.service;

import dev.slipway.domain.model.Model;
import dev.slipway.domain.model.ModelAlias;
import dev.slipway.domain.service.ServiceId;
import dev.slipway.domain.service.ServiceStore;
import java.util.List;

class ServiceCommandsTests extends ServiceCommandsContract {

    private final InMemoryServiceStore store = new InMemoryServiceStore();

    @Override
    protected ServiceStore store() {
        return store;
    }

    @Override
    protected void put(Model model) {
        store.put(model);
    }

    @Override
    protected void moveAlias(ModelAlias alias, Model model) {
        store.moveAlias(alias, model);
    }

    @Override
    protected List<String> eventTexts(ServiceId id) {
        return store.eventTexts(id);
    }
}
