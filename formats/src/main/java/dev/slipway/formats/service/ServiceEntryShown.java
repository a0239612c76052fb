package dev.slipway.formats.service;

import dev.slipway.formats.wire.WireRecord;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * An entry of a service's configuration (wire contract 3.6). Fields of type {@code JsonNode} are echoed as they were sent.
 *
 * @param modelAlias the alias that named the model, for example {@code iris@champion}; null if it was named by its id
 * @param aliasPolicy {@code follow} or {@code stay}, with an alias
 * @param srcPath of a batch service, as all to {@code limits}
 * @param status {@code ready}, {@code concerning} or {@code notReady}; of a batch service its state. Null in update records, as all
 *     that follow
 * @param startTime in milliseconds since 1970, of a batch service, as {@code finishedTime}
 */
@WireRecord
public record ServiceEntryShown(
        String modelId,
        String modelName,
        String modelVersion,
        String specification,
        int weight,
        int instanceCount,
        Map<String, String> envs,
        @Nullable String modelAlias,
        @Nullable String aliasPolicy,
        @Nullable JsonNode clusterId,
        @Nullable JsonNode poolName,
        @Nullable JsonNode additionalProperties,
        @Nullable JsonNode deployTimeoutInSeconds,
        @Nullable JsonNode srcPath,
        @Nullable JsonNode srcType,
        @Nullable JsonNode destPath,
        @Nullable JsonNode reqUri,
        @Nullable JsonNode mappingType,
        @Nullable JsonNode mappingRule,
        @Nullable JsonNode limits,
        @Nullable String status,
        @Nullable Boolean scaling,
        @Nullable Boolean supportDebug,
        @Nullable Long startTime,
        @Nullable Long finishedTime) {

    public ServiceEntryShown {
        envs = Collections.unmodifiableMap(new LinkedHashMap<>(envs));
    }
}
