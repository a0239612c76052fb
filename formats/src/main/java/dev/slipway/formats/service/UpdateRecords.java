package dev.slipway.formats.service;

import dev.slipway.formats.wire.WireRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The configurations that a service was given, newest first (wire contract 3.10). These are no logs of instances. */
@WireRecord
public record UpdateRecords(String serviceId, String serviceName, List<UpdateRecord> logs) {
    public UpdateRecords {
        logs = List.copyOf(logs);
    }

    /**
     * One of them.
     *
     * @param updateTime when it was accepted, in milliseconds since 1970
     * @param result {@code SUCCESS}, {@code FAIL} or {@code RUNNING}
     * @param cause why it failed
     */
    @WireRecord
    public record UpdateRecord(
            long updateTime,
            String result,
            @Nullable String cause,
            List<ServiceEntryShown> config,
            List<String> extendConfig) {
        public UpdateRecord {
            config = List.copyOf(config);
            extendConfig = List.copyOf(extendConfig);
        }
    }
}
