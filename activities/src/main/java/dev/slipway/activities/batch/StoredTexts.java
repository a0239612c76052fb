package dev.slipway.activities.batch;

import dev.slipway.domain.storage.ObjectStore;
import dev.slipway.domain.storage.ObjectUri;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** Small texts and lines of text in object storage. */
final class StoredTexts {
    private StoredTexts() {}

    static byte[] bytes(ObjectStore store, ObjectUri uri) throws IOException {
        try (InputStream in = store.open(uri, 0)) {
            return in.readAllBytes();
        }
    }

    /** The caller closes it. */
    static BufferedReader lines(ObjectStore store, ObjectUri uri) {
        return new BufferedReader(new InputStreamReader(store.open(uri, 0), StandardCharsets.UTF_8), 1 << 16);
    }
}
