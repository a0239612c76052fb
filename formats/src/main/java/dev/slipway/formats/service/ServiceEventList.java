package dev.slipway.formats.service;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.slipway.formats.event.EventList;
import dev.slipway.formats.wire.WireRecord;

/** Events of a service (wire contract 3.9). */
@WireRecord
public record ServiceEventList(
        String serviceId, String serviceName, @JsonUnwrapped EventList page) {}
