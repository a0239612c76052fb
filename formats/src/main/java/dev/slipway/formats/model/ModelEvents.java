package dev.slipway.formats.model;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.slipway.formats.event.EventPage;
import dev.slipway.formats.wire.WireRecord;

/** Events of a model. */
@WireRecord
public record ModelEvents(
        String modelId, String modelName, @JsonUnwrapped EventPage page) {}
