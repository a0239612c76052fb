package dev.slipway.domain.service;

import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.model.ModelId;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One entry of a service's {@code config}: a model, its number of instances, their flavor, and its share of the requests.
 *
 * @param model id of the model
 * @param modelName its name when the entry was accepted
 * @param modelVersion its version then
 * @param specification name of the flavor
 * @param pool name of the pool
 * @param instanceCount at least 1
 * @param weight 0 to 100; 100 in a batch
 * @param deployTimeoutMinutes 3 to 120
 * @param batch null in a real-time service
 * @param set the instances of this entry, chosen by the command: an entry that differs from the serving one only in weight or count keeps
 *     its set, any other gets a new one
 * @param asSent the entry as JSON text as the client sent it (partial entries filled up from the one before), for the echo
 * @param alias the one that named the model; null if it was named by its id
 */
public record ServiceEntry(
        ModelId model,
        String modelName,
        String modelVersion,
        String specification,
        String pool,
        int instanceCount,
        int weight,
        Map<String, String> envs,
        int deployTimeoutMinutes,
        RollingLimits rolling,
        @Nullable BatchEntry batch,
        InstanceSetId set,
        String asSent,
        @Nullable AliasUse alias) {

    public ServiceEntry {
        envs = Map.copyOf(envs);
        if (instanceCount < 1 || weight < 0 || weight > 100) {
            throw new IllegalArgumentException("entry: expected instance_count >= 1 and weight 0 to 100");
        }
    }

    /** Name and version of the model, for people. */
    public String label() {
        return modelName + " " + modelVersion;
    }

    /** Whether the instances of {@code other} can serve this entry: everything is equal but weight, count, asSent and set. */
    public boolean runsLike(ServiceEntry other) {
        return model.equals(other.model)
                && specification.equals(other.specification)
                && pool.equals(other.pool)
                && envs.equals(other.envs)
                && rolling.equals(other.rolling);
    }

    public ServiceEntry withSet(InstanceSetId newSet) {
        return new ServiceEntry(
                model,
                modelName,
                modelVersion,
                specification,
                pool,
                instanceCount,
                weight,
                envs,
                deployTimeoutMinutes,
                rolling,
                batch,
                newSet,
                asSent,
                alias);
    }
}
