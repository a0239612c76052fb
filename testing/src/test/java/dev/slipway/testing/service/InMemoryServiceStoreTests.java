package dev.slipway.testing.service;

import dev.slipway.domain.event.Event;
import dev.slipway.domain.model.Model;
import dev.slipway.domain.model.ModelId;
import dev.slipway.domain.route.RouteDocument;
import dev.slipway.domain.service.ServiceId;
import dev.slipway.domain.service.ServiceStore;
import java.util.List;
import java.util.Optional;

class InMemoryServiceStoreTests extends ServiceStoreContract {

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
    protected List<Event> events(ServiceId id) {
        return store.events(id);
    }

    @Override
    protected Optional<RouteDocument> document(ServiceId id) {
        return store.document(id);
    }

    @Override
    protected boolean isNamed(ModelId model) {
        return store.names(model);
    }
}
