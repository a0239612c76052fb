package dev.slipway.formats.model;

import dev.slipway.domain.model.TrialSpec;
import dev.slipway.formats.wire.WireRecord;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a model is started on trial before it is published; an extension of ours.
 *
 * @param pool null for the one of the settings
 * @param specification null for the one of the settings
 * @param envs variables of the trial start only
 */
@WireRecord
public record TrialBody(
        @Nullable String pool,
        @Nullable String specification,
        @Nullable Map<String, String> envs) {

    public TrialBody {
        envs = envs == null ? null : Map.copyOf(envs);
    }

    /** That of a model, with what was asked for. */
    public static TrialBody of(TrialSpec spec) {
        return new TrialBody(spec.pool(), spec.specification(), spec.envs());
    }
}
