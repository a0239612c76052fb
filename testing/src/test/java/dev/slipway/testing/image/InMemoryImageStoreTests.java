package dev.slipway.testing.image;

import dev.slipway.domain.image.ImageStore;

class InMemoryImageStoreTests extends ImageStoreContract {

    private final InMemoryImageStore store = new InMemoryImageStore();

    @Override
    protected ImageStore store() {
        return store;
    }
}
