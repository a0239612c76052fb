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
 */
@WireRecord
public record EventShown(
        String eventType,
        String eventInfo,
        long occurTime,
        @Nullable String cause,
        @Nullable String advice) {}
