package dev.slipway.formats.event;

import dev.slipway.formats.wire.WireRecord;
import org.jspecify.annotations.Nullable;

/**
 * What happened to a model or a service (wire contract 3.9).
 *
 * @param eventType {@code normal} or {@code abnormal}
 * @param occurTime in milliseconds since 1970
 * @param cause why, if more is known than in the text
 * @param advice what to do about it
 * @param user who gave the command that it is of; null, as the two others, if it is of none
 * @param project its name
 * @param requestId of the command
 */
@WireRecord
public record EventShown(
        String eventType,
        String eventInfo,
        long occurTime,
        @Nullable String cause,
        @Nullable String advice,
        @Nullable String user,
        @Nullable String project,
        @Nullable String requestId) {}
