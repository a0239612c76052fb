package dev.slipway.formats.service;

import dev.slipway.formats.wire.WireRecord;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * An entry of the configuration that is asked for (wire contract 3.1), with the fields that have an effect. In an update what is null
 * keeps its value.
 *
 * @param instanceCount at least 1
 * @param weight 0 to 100, of a real-time service
 * @param deployTimeoutInSeconds in minutes, 3 to 120, whatever its name says
 * @param modelId its id, or an alias such as {@code iris@champion}
 * @param srcPath of a batch service, as all to {@code mappingRule}
 * @param aliasPolicy {@code follow} to be updated when the alias is moved
 * @param limits of a batch service: when its job is ended although records are left
 */
@WireRecord
public record EntryBody(
        @Nullable String modelId,
        @Nullable String specification,
        @Nullable Integer instanceCount,
        @Nullable Integer weight,
        @Nullable Map<String, String> envs,
        @Nullable String clusterId,
        @Nullable String poolName,
        @Nullable Integer deployTimeoutInSeconds,
        @Nullable JsonNode additionalProperties,
        @Nullable String srcPath,
        @Nullable String srcType,
        @Nullable String destPath,
        @Nullable String reqUri,
        @Nullable String mappingType,
        @Nullable JsonNode mappingRule,
        @Nullable String aliasPolicy,
        @Nullable JsonNode limits) {

    /** A version of a real-time service. */
    public static EntryBody realTime(
            String model, String specification, int instances, int weight, Map<String, String> envs) {
        return new EntryBody(
                model,
                specification,
                instances,
                weight,
                envs,
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

    /** The one entry of a batch service over files with comma-separated rows, asked at {@code /}. */
    public static EntryBody batchOfRows(
            String model, String specification, int instances, String source, String destination, JsonNode rule) {
        return new EntryBody(
                model,
                specification,
                instances,
                null,
                null,
                null,
                null,
                null,
                null,
                source,
                null,
                destination,
                "/",
                "csv",
                rule,
                null,
                null);
    }
}
