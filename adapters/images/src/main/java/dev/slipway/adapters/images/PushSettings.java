package dev.slipway.adapters.images;

/**
 * Where built images are sent.
 *
 * @param registry with credentials that may push
 * @param repository names between slashes: all images are in one, so that no layer is sent twice
 */
public record PushSettings(PullSettings.Registry registry, String repository) {

    /** As references begin. */
    String target() {
        return registry.host() + "/" + repository;
    }
}
