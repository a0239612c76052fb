package dev.slipway.formats.model;

import dev.slipway.domain.model.TrialPrediction;
import dev.slipway.domain.model.TrialSpec;
import dev.slipway.formats.wire.WireJson;
import dev.slipway.formats.wire.WireRecord;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * How a model is started on trial before it is published; an extension of ours.
 *
 * @param pool null for the one of the settings
 * @param specification null for the one of the settings
 * @param envs variables of the trial start only
 * @param prediction what the model is asked then; null for nothing
 */
@WireRecord
public record TrialBody(
        @Nullable String pool,
        @Nullable String specification,
        @Nullable Map<String, String> envs,
        @Nullable Prediction prediction) {

    public TrialBody {
        envs = envs == null ? null : Map.copyOf(envs);
    }

    /** That of a model, with what was asked for. */
    public static TrialBody of(TrialSpec spec) {
        TrialPrediction asked = spec.prediction();
        return new TrialBody(
                spec.pool(), spec.specification(), spec.envs(), asked == null ? null : Prediction.of(asked));
    }

    /**
     * What the model is asked then.
     *
     * @param url null for its first api
     * @param body null for a file, or for an example of the api's schema
     * @param file path below {@code model/}; null for a body
     * @param expected what the answer has to contain; null for any
     * @param tolerance of its numbers
     */
    @WireRecord
    public record Prediction(
            @Nullable String url,
            @Nullable JsonNode body,
            @Nullable String file,
            @Nullable JsonNode expected,
            @Nullable Double tolerance) {

        static Prediction of(TrialPrediction asked) {
            String body = asked.body();
            String expected = asked.expected();
            return new Prediction(
                    asked.url(),
                    body == null ? null : WireJson.tree(body),
                    asked.file(),
                    expected == null ? null : WireJson.tree(expected),
                    asked.tolerance());
        }
    }
}
