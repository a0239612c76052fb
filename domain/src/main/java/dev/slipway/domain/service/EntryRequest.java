package dev.slipway.domain.service;

import dev.slipway.domain.model.ModelId;
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
        ModelId model,
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
}
