package dev.slipway.formats.model;

import dev.slipway.formats.wire.WireRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The body of an import (wire contract 2.1), with the fields that have an effect. The arrays may also come as JSON text.
 *
 * @param sourceLocation folder of the package in object storage; of a model of type Image, the image
 * @param initialConfig config.json as JSON text; replaces the package's
 * @param cmd the start command of an image, in place of its own
 * @param sourceCopy "true" or "false": whether what is pulled of an image is kept
 * @param dynamicLoading whether the weights of a package are fetched where it is deployed
 */
@WireRecord
public record CreateModelBody(
        String modelName,
        String modelVersion,
        String modelType,
        String sourceLocation,
        @Nullable String description,
        @Nullable String executionCode,
        @Nullable String runtime,
        @Nullable String initialConfig,
        @Nullable String modelAlgorithm,
        @Nullable JsonNode modelMetrics,
        @Nullable List<JsonNode> apis,
        @Nullable List<JsonNode> inputParams,
        @Nullable List<JsonNode> outputParams,
        @Nullable List<JsonNode> dependencies,
        @Nullable List<String> installType,
        @Nullable List<JsonNode> modelDocs,
        @Nullable TrialBody trial,
        @Nullable String sourceJobId,
        @Nullable String sourceJobVersion,
        @Nullable String sourceType,
        @Nullable String cmd,
        @Nullable String sourceCopy,
        @Nullable JsonNode template,
        @Nullable Boolean dynamicLoading) {

    /** A package without further settings. */
    public static CreateModelBody of(String name, String version, String type, String sourceLocation) {
        return new CreateModelBody(
                name,
                version,
                type,
                sourceLocation,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null);
    }

    /** The same whose weights are fetched where it is deployed. */
    public CreateModelBody withDynamicLoading() {
        return with(description, trial, true);
    }

    /** The same with a description. */
    public CreateModelBody withDescription(String text) {
        return with(text, trial, dynamicLoading);
    }

    /** The same with another trial start. */
    public CreateModelBody withTrial(TrialBody other) {
        return with(description, other, dynamicLoading);
    }

    private CreateModelBody with(
            @Nullable String newDescription, @Nullable TrialBody newTrial, @Nullable Boolean newLoading) {
        return new CreateModelBody(
                modelName,
                modelVersion,
                modelType,
                sourceLocation,
                newDescription,
                executionCode,
                runtime,
                initialConfig,
                modelAlgorithm,
                modelMetrics,
                apis,
                inputParams,
                outputParams,
                dependencies,
                installType,
                modelDocs,
                newTrial,
                sourceJobId,
                sourceJobVersion,
                sourceType,
                cmd,
                sourceCopy,
                template,
                newLoading);
    }
}
