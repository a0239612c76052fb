package dev.slipway.formats.service;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.slipway.formats.event.EventPage;
import dev.slipway.formats.wire.WireRecord;

/** Events of a service (wire contract 3.9). */
@WireRecord
public record ServiceEvents(
        String serviceId, String serviceName, @JsonUnwrapped EventPage page) {}
