package dev.slipway.workflows.contract.rollout;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How a rollout ended: SUCCEEDED, ROLLED_BACK, CANCELLED or FAILED; {@code cause} is null if it succeeded. */
public record RolloutResult(String outcome, @Nullable String cause) {

    /** The outcome for people, as in "rolled back". */
    public String words() {
        return outcome.toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
