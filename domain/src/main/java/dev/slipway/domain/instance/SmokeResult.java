package dev.slipway.domain.instance;

import java.time.Duration;

/** How a single trial start ended. */
public sealed interface SmokeResult {

    /** The model loaded and answered its health check, after so long. */
    record Started(Duration after) implements SmokeResult {}

    /** It did not; {@code logTail} is the end of its log, at most 4,000 characters. */
    record Failed(String cause, String logTail) implements SmokeResult {}
}
