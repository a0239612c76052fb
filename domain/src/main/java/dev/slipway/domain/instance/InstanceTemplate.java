package dev.slipway.domain.instance;

import dev.slipway.domain.image.ImageDigest;
import dev.slipway.domain.model.ModelType;
import dev.slipway.domain.pool.Flavor;
import java.time.Duration;
import java.util.Map;

/**
 * What each instance of a set is.
 *
 * @param label name and version of the model, for people
 * @param envs what the user set; the platform's own come on top
 * @param drain how long an instance may finish its requests after it was told to stop, then it is killed
 */
public record InstanceTemplate(
        ImageDigest image, String label, ModelType type, Flavor flavor, Map<String, String> envs, Duration drain) {

    public InstanceTemplate {
        envs = Map.copyOf(envs);
    }
}
