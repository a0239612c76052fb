package dev.slipway.domain.image;

import java.util.List;

/**
 * The files of an image that is not built yet, as its store keeps them.
 *
 * @param layers what the store that made it calls them, the lowest first
 */
public record ImageLayers(List<String> layers) {

    public ImageLayers {
        layers = List.copyOf(layers);
    }
}
