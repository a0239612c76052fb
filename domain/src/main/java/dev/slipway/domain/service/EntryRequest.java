package dev.slipway.domain.service;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One entry of a configuration as the user sent it; a partial one is completed from the entry before.
 *
 * @param pool null for the first pool of the installation
 * @param weight 0 to 100; 100 in a batch
 * @param batch null in a real-time service
 * @param asSent see {@link ServiceEntry#asSent}
 */
public record EntryRequest(
        ModelReference model,
        String specification,
        @Nullable String pool,
        int instanceCount,
        int weight,
        Map<String, String> envs,
        int deployTimeoutMinutes,
        RollingLimits rolling,
        @Nullable BatchEntry batch,
        String asSent) {

    public EntryRequest {
        envs = Map.copyOf(envs);
    }

    /** A request for that entry. */
    public static EntryRequest of(ServiceEntry entry) {
        return new EntryRequest(
                ModelReference.of(entry),
                entry.specification(),
                entry.pool(),
                entry.instanceCount(),
                entry.weight(),
                entry.envs(),
                entry.deployTimeoutMinutes(),
                entry.rolling(),
                entry.batch(),
                entry.asSent());
    }

    /** The same for another model. */
    public EntryRequest withModel(ModelReference other) {
        return new EntryRequest(
                other, specification, pool, instanceCount, weight, envs, deployTimeoutMinutes, rolling, batch, asSent);
    }
}
