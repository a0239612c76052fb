package dev.slipway.formats.model;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.slipway.formats.wire.WireRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A model with all details (wire contract 2.3). Sent fields are returned unchanged.
 *
 * @param modelMetrics JSON text
 * @param apis JSON text of an array
 * @param config JSON text of config.json
 * @param template as sent; null if it is of none
 * @param trial how it was to be started on trial, as asked for
 * @param cmd the start command of an image, as sent
 * @param dynamicLoading whether its weights are fetched where it is deployed
 * @param interpreter what it was tried with, for example "Python 3.12.3 at /usr/bin/python3"; null before
 * @param environment null until its import has prepared it; an extension of ours
 * @param imageAddress null until it is published
 * @param errorMsg why its import failed
 * @param callGuide how its apis are called, one entry for each; an extension of ours
 */
@WireRecord
public record ModelShown(
        @JsonUnwrapped ModelItem item,
        @Nullable String sourceLocation,
        @Nullable String sourceJobId,
        @Nullable String sourceJobVersion,
        @Nullable String executionCode,
        @Nullable String runtime,
        @Nullable String modelAlgorithm,
        @Nullable String modelMetrics,
        String apis,
        @Nullable String config,
        List<JsonNode> inputParams,
        List<JsonNode> outputParams,
        List<JsonNode> dependencies,
        List<JsonNode> modelDocs,
        @Nullable JsonNode template,
        List<String> modelLabels,
        Labels labelsMap,
        TrialBody trial,
        @Nullable String cmd,
        boolean dynamicLoading,
        @Nullable String interpreter,
        @Nullable EnvironmentShown environment,
        @Nullable String imageAddress,
        @Nullable String errorMsg,
        List<CallGuide> callGuide) {
    public ModelShown {
        inputParams = List.copyOf(inputParams);
        outputParams = List.copyOf(outputParams);
        dependencies = List.copyOf(dependencies);
        modelDocs = List.copyOf(modelDocs);
        modelLabels = List.copyOf(modelLabels);
        callGuide = List.copyOf(callGuide);
    }

    /** The labels of a model in the other form that clients read. */
    @WireRecord
    public record Labels(List<String> labels) {
        public Labels {
            labels = List.copyOf(labels);
        }
    }
}
