package dev.slipway.domain.instance;

import dev.slipway.domain.environment.EnvironmentSpec;
import dev.slipway.domain.image.ImageDigest;
import dev.slipway.domain.model.ModelType;
import dev.slipway.domain.pool.Flavor;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The template of the instances of a set. A cluster applies every part, or refuses the set by the name of the part ({@link
 * SetStatus#failure}). Stored in rows of instance sets and of tasks, so parts are only added, and a part that an old row lacks has a
 * default.
 *
 * @param label name and version of the model, for people
 * @param flavor cores, memory and further resources
 * @param envs variables of the user, besides the platform's own
 * @param drain how long a stopping instance may finish its requests before it is killed
 * @param startLimit how long each instance may take from its start until it is ready, positive; then it is killed and counts as crashed
 * @param environment what its instances run in; null for the interpreter of the engine
 */
public record InstanceTemplate(
        ImageDigest image,
        String label,
        ModelType type,
        Flavor flavor,
        Map<String, String> envs,
        Duration drain,
        Placement placement,
        ServerProcess process,
        Duration startLimit,
        @Nullable EnvironmentSpec environment) {

    /** What an instance gets whose template names none: the longest time-out of a deployment. */
    public static final Duration LONGEST_START = Duration.ofHours(2);

    public InstanceTemplate {
        envs = Map.copyOf(envs);
        // Older rows have none.
        placement = Objects.requireNonNullElse(placement, Placement.ANYWHERE);
        process = Objects.requireNonNullElse(process, ServerProcess.OF_ENGINE);
        startLimit = Objects.requireNonNullElse(startLimit, LONGEST_START);
        if (!startLimit.isPositive()) {
            throw new IllegalArgumentException("startLimit has to be positive, found %s".formatted(startLimit));
        }
    }

    /** With the server of the model's engine, and the longest limit for its start. */
    public static InstanceTemplate ofEngine(
            ImageDigest image,
            String label,
            ModelType type,
            Flavor flavor,
            Map<String, String> envs,
            Duration drain,
            Placement placement) {
        return new InstanceTemplate(
                image, label, type, flavor, envs, drain, placement, ServerProcess.OF_ENGINE, LONGEST_START, null);
    }

    /** The same with other variables. */
    public InstanceTemplate withEnvs(Map<String, String> others) {
        return new InstanceTemplate(
                image, label, type, flavor, others, drain, placement, process, startLimit, environment);
    }

    /** The same with another time to drain. */
    public InstanceTemplate withDrain(Duration other) {
        return new InstanceTemplate(
                image, label, type, flavor, envs, other, placement, process, startLimit, environment);
    }

    /** The same with another flavor. */
    public InstanceTemplate withFlavor(Flavor other) {
        return new InstanceTemplate(
                image, label, type, other, envs, drain, placement, process, startLimit, environment);
    }

    /** The same with another placement. */
    public InstanceTemplate withPlacement(Placement other) {
        return new InstanceTemplate(image, label, type, flavor, envs, drain, other, process, startLimit, environment);
    }

    /** The same with another process. */
    public InstanceTemplate withProcess(ServerProcess other) {
        return new InstanceTemplate(image, label, type, flavor, envs, drain, placement, other, startLimit, environment);
    }

    /** The same with another limit for its start. */
    public InstanceTemplate withStartLimit(Duration other) {
        return new InstanceTemplate(image, label, type, flavor, envs, drain, placement, process, other, environment);
    }

    /** The same in another environment. */
    public InstanceTemplate withEnvironment(@Nullable EnvironmentSpec other) {
        return new InstanceTemplate(image, label, type, flavor, envs, drain, placement, process, startLimit, other);
    }
}
