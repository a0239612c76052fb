package dev.slipway.formats.service;

import dev.slipway.formats.wire.WireRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The body of a change (wire contract 3.7), with the fields that have an effect. Null changes nothing; with {@code status} all other fields
 * are ignored.
 *
 * @param status {@code running} or {@code stopped}: starts or stops it
 * @param schedule empty switches it off
 */
@WireRecord
public record UpdateServiceBody(
        @Nullable String status,
        @Nullable String description,
        @Nullable List<ScheduleEntry> schedule,
        @Nullable List<EntryBody> config,
        @Nullable JsonNode additionalProperties,
        @Nullable String loadBalancerPolicy,
        @Nullable Integer priority) {

    public static UpdateServiceBody config(EntryBody... entries) {
        return new UpdateServiceBody(null, null, null, List.of(entries), null, null, null);
    }

    /** @param status {@code running} or {@code stopped} */
    public static UpdateServiceBody status(String status) {
        return new UpdateServiceBody(status, null, null, null, null, null, null);
    }
}
