package dev.slipway.formats.service;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.slipway.formats.wire.WireRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A service with its configuration (wire contract 3.6).
 *
 * @param errorMsg why it failed
 * @param accessAddress where predictions go; null for a batch service
 * @param updateTime of the configuration in use, in milliseconds since 1970
 * @param waiting null unless it waits for resources
 */
@WireRecord
public record ServiceShown(
        @JsonUnwrapped ServiceItem item,
        @Nullable JsonNode clusterId,
        @Nullable JsonNode poolName,
        @Nullable JsonNode loadBalancerPolicy,
        @Nullable String errorMsg,
        @Nullable String accessAddress,
        long updateTime,
        int priority,
        @Nullable ServiceWaiting waiting,
        List<ServiceEntryShown> config) {
    public ServiceShown {
        config = List.copyOf(config);
    }
}
