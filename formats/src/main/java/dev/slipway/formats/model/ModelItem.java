package dev.slipway.formats.model;

import dev.slipway.formats.wire.WireRecord;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A model in a list (wire contract 2.2).
 *
 * @param modelSize in bytes
 * @param modelStatus {@code publishing}, {@code published} or {@code failed}
 * @param createAt in milliseconds since 1970
 * @param aliases names of this version that can be moved to another, without the name of the model; an extension of ours
 */
@WireRecord
public record ModelItem(
        String modelId,
        String modelName,
        String modelVersion,
        String modelType,
        long modelSize,
        String modelStatus,
        @Nullable String description,
        String tenant,
        String project,
        String owner,
        long createAt,
        String sourceType,
        @Nullable String sourceCopy,
        String modelSource,
        List<String> installType,
        String workspaceId,
        boolean marketFlag,
        boolean publishableFlag,
        boolean tunable,
        Map<String, String> specification,
        List<String> aliases) {
    public ModelItem {
        aliases = List.copyOf(aliases);
        installType = List.copyOf(installType);
        specification = Map.copyOf(specification);
    }
}
