package dev.slipway.formats.service;

import dev.slipway.formats.wire.WireRecord;
import java.util.List;

/** The answer to a new service: its id. The deployment itself goes on. */
@WireRecord
public record ServiceCreated(String serviceId, List<String> resourceIds) {
    public ServiceCreated {
        resourceIds = List.copyOf(resourceIds);
    }
}
