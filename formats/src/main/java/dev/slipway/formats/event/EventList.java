package dev.slipway.formats.event;

import dev.slipway.formats.wire.WireRecord;
import java.util.List;

/**
 * Some of the events of a thing.
 *
 * @param totalCount all that match the query
 * @param count those in this answer
 */
@WireRecord
public record EventList(long totalCount, int count, List<EventShown> events) {
    public EventList {
        events = List.copyOf(events);
    }
}
