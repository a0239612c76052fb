package dev.slipway.formats.service;

import dev.slipway.formats.wire.WireRecord;
import java.util.List;

/** Some of the services of a project. {@code totalCount}: all that the query fits; {@code count}: those in this answer. */
@WireRecord
public record ServiceList(long totalCount, int count, List<ServiceItem> services) {
    public ServiceList {
        services = List.copyOf(services);
    }
}
