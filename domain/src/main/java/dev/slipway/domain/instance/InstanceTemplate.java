package dev.slipway.domain.instance;

import dev.slipway.domain.image.ImageDigest;
import dev.slipway.domain.model.ModelType;
import dev.slipway.domain.pool.Flavor;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;

/**
 * The template of the instances of a set. A cluster applies every part, or refuses the set by the name of the part ({@link
 * SetStatus#failure}). Stored in rows of instance sets and of tasks, so parts are only added, and a part that an old row lacks has a
 * default.
 *
 * @param label name and version of the model, for people
 * @param flavor cores, memory and further resources
 * @param envs variables of the user, besides the platform's own
 * @param drain how long a stopping instance may finish its requests before it is killed
 */
public record InstanceTemplate(
        ImageDigest image,
        String label,
        ModelType type,
        Flavor flavor,
        Map<String, String> envs,
        Duration drain,
        Placement placement,
        ServerProcess process) {

    public InstanceTemplate {
        envs = Map.copyOf(envs);
        // Older rows have none.
        placement = Objects.requireNonNullElse(placement, Placement.ANYWHERE);
        process = Objects.requireNonNullElse(process, ServerProcess.OF_ENGINE);
    }

    /** With the server of the model's engine. */
    public static InstanceTemplate ofEngine(
            ImageDigest image,
            String label,
            ModelType type,
            Flavor flavor,
            Map<String, String> envs,
            Duration drain,
            Placement placement) {
        return new InstanceTemplate(image, label, type, flavor, envs, drain, placement, ServerProcess.OF_ENGINE);
    }

    /** The same with other variables. */
    public InstanceTemplate withEnvs(Map<String, String> others) {
        return new InstanceTemplate(image, label, type, flavor, others, drain, placement, process);
    }

    /** The same with another time to drain. */
    public InstanceTemplate withDrain(Duration other) {
        return new InstanceTemplate(image, label, type, flavor, envs, other, placement, process);
    }

    /** The same with another flavor. */
    public InstanceTemplate withFlavor(Flavor other) {
        return new InstanceTemplate(image, label, type, other, envs, drain, placement, process);
    }

    /** The same with another placement. */
    public InstanceTemplate withPlacement(Placement other) {
        return new InstanceTemplate(image, label, type, flavor, envs, drain, other, process);
    }

    /** The same with another process. */
    public InstanceTemplate withProcess(ServerProcess other) {
        return new InstanceTemplate(image, label, type, flavor, envs, drain, placement, other);
    }
}
