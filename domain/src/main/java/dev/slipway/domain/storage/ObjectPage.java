package dev.slipway.domain.storage;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Part of a listing.
 *
 * @param next the start of the next page; null after the last
 */
public record ObjectPage(
        List<StoredObject> objects, @Nullable String next) {

    public ObjectPage {
        objects = List.copyOf(objects);
    }
}
