package dev.slipway.formats.service;

import dev.slipway.formats.wire.WireRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a change of a service (wire contract 3.7).
 *
 * @param updateTime key of the update record, in milliseconds since 1970; null where the configuration stays, as {@code resourceIds}
 */
@WireRecord
public record ServiceUpdated(
        @Nullable Long updateTime, @Nullable List<String> resourceIds) {

    /** {@code {}}: the configuration stays as it is. */
    public static ServiceUpdated unchanged() {
        return new ServiceUpdated(null, null);
    }
}
