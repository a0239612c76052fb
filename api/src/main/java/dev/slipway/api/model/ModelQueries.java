package dev.slipway.api.model;

import dev.slipway.api.query.ListQuery;
import dev.slipway.domain.model.ModelStatus;
import dev.slipway.domain.model.ModelStore;
import dev.slipway.domain.model.ModelType;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Query strings of the list of models (wire contract 2.2). */
final class ModelQueries {

    /** The only workspace. */
    private static final String WORKSPACE = "0";

    private static final List<String> STATUSES =
            List.of("publishing", "published", "failed", "building", "building_failed");
    private static final List<String> SORTABLE = List.of("create_at", "model_version", "model_size");

    private ModelQueries() {}

    /** Empty if no model can match a filter, such as the status {@code building}. */
    static Optional<ModelStore.ModelQuery> models(ListQuery query) {
        String status = query.choice("model_status", STATUSES);
        String type = query.text("model_type");
        String notType = query.text("not_model_type");
        String workspace = query.text("workspace_id");
        if (type != null && notType != null) {
            throw new Invalid(
                    ErrorCode.PARAMETER,
                    "query parameters 'model_type' and 'not_model_type': expected one of them, found both");
        }
        Optional<ModelStatus> wantedStatus = Arrays.stream(ModelStatus.values())
                .filter(candidate -> candidate.name().equalsIgnoreCase(status))
                .findFirst();
        Optional<ModelType> wantedType = type == null ? Optional.empty() : ModelType.ofWireName(type);
        if ((status != null && wantedStatus.isEmpty())
                || (type != null && wantedType.isEmpty())
                || (workspace != null && !workspace.equals(WORKSPACE))) {
            return Optional.empty();
        }
        return Optional.of(new ModelStore.ModelQuery(
                query.text("model_name"),
                query.flag("exact_match"),
                query.text("model_version"),
                wantedStatus.orElse(null),
                query.text("description"),
                wantedType.orElse(null),
                notType == null ? null : ModelType.ofWireName(notType).orElse(null),
                sortBy(query.choice("sort_by", SORTABLE)),
                query.isAscending(),
                query.offset(),
                query.limit()));
    }

    private static ModelStore.SortBy sortBy(@Nullable String text) {
        return switch (text == null ? "create_at" : text) {
            case "model_version" -> ModelStore.SortBy.VERSION;
            case "model_size" -> ModelStore.SortBy.SIZE;
            default -> ModelStore.SortBy.CREATED_AT;
        };
    }
}
