package dev.slipway.testing.event;

import dev.slipway.domain.event.EventStore;
import java.util.UUID;

class InMemoryEventStoreTests extends EventStoreContract {

    private final InMemoryEventStore store = new InMemoryEventStore();

    @Override
    protected EventStore store() {
        return store;
    }

    @Override
    protected String model() {
        return UUID.randomUUID().toString();
    }
}
