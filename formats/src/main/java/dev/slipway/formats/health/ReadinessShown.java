package dev.slipway.formats.health;

import dev.slipway.formats.wire.WireRecord;
import java.util.List;

/**
 * Whether all that the API needs answers; with status 503 where it does not.
 *
 * @param reasons what does not answer and why; none if it is ready
 */
@WireRecord
public record ReadinessShown(boolean ready, List<String> reasons) {
    public ReadinessShown {
        reasons = List.copyOf(reasons);
    }
}
