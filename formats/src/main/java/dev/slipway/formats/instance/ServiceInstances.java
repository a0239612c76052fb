package dev.slipway.formats.instance;

import dev.slipway.formats.wire.WireRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The instances of a service: those that run, and those that have ended while their logs are kept. The latest start comes first. */
@WireRecord
public record ServiceInstances(String serviceId, String serviceName, int count, List<InstanceShown> instances) {
    public ServiceInstances {
        instances = List.copyOf(instances);
    }

    /**
     * One of them.
     *
     * @param state {@code starting}, {@code ready}, {@code draining} or {@code exited}
     * @param startedAt in milliseconds since 1970; absent if it never came up or if its log is not on the machine of the API
     * @param endedAt absent while it runs
     * @param exitCode absent while it runs, and if it is not known
     * @param cause why it failed to start or exited
     * @param logFile where its log is on the machine of the API; absent if none is there
     * @param logBytes how much of its output is kept
     */
    @WireRecord
    public record InstanceShown(
            String instanceId,
            String state,
            @Nullable Long startedAt,
            @Nullable Long endedAt,
            @Nullable Integer exitCode,
            @Nullable String cause,
            @Nullable String logFile,
            @Nullable Long logBytes) {}
}
