package dev.slipway.domain.model;

import org.jspecify.annotations.Nullable;

/**
 * A request to a model in its trial start, and what has to come back. Stored in rows of models, so parts are only added.
 *
 * @param url path of the api; null for the model's first
 * @param body JSON text; null for {@code file}, or else for an example made of the api's schema
 * @param file path below {@code model/} of a file of the package that is sent; null for {@code body}
 * @param expected JSON text that the answer has to contain; null if every answer with a status of success will do
 * @param tolerance by which numbers may differ, relative to the expected one, and absolute below 1
 */
public record TrialPrediction(
        @Nullable String url,
        @Nullable String body,
        @Nullable String file,
        @Nullable String expected,
        double tolerance) {

    /** For numbers that have been computed on another machine. */
    public static final double USUAL_TOLERANCE = 1e-5;
}
