package dev.slipway.formats.model;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.slipway.formats.event.EventList;
import dev.slipway.formats.wire.WireRecord;

/** Events of a model. */
@WireRecord
public record ModelEventList(
        String modelId, String modelName, @JsonUnwrapped EventList page) {}
