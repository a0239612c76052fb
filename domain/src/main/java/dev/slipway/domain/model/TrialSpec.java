package dev.slipway.domain.model;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a model is to be started once before it is published. Stored in rows of models, so parts are only added.
 *
 * @param pool null for the one of the settings
 * @param specification name of a flavor of the pool; null for the one of the settings, or the first of the named pool
 * @param envs variables of the trial start only; a service has its own
 * @param prediction what it is asked then; null for nothing
 */
public record TrialSpec(
        @Nullable String pool,
        @Nullable String specification,
        Map<String, String> envs,
        @Nullable TrialPrediction prediction) {

    /** Where the settings say, without variables. */
    public static final TrialSpec USUAL = new TrialSpec(null, null, Map.of(), null);

    public TrialSpec {
        envs = Map.copyOf(envs);
    }

    /** Names of the variables only: values may be secret. */
    @Override
    public String toString() {
        return "TrialSpec[pool=%s, specification=%s, envs=%s, prediction=%s]"
                .formatted(pool, specification, envs.keySet(), prediction);
    }
}
