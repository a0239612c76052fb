package dev.slipway.formats.instance;

import dev.slipway.formats.wire.WireRecord;

/**
 * The last lines of the log of an instance.
 *
 * @param logFile where it is on the machine of the API
 * @param isWhole whether {@code log} is all that is kept
 * @param log text; what is no UTF-8 is U+FFFD
 */
@WireRecord
public record InstanceLogShown(String serviceId, String instanceId, String logFile, boolean isWhole, String log) {}
