package dev.slipway.api.service;

import dev.slipway.api.query.ListQuery;
import dev.slipway.domain.service.InferType;
import dev.slipway.domain.service.ServiceState;
import dev.slipway.domain.service.ServiceStore;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Query strings of the service calls. Unknown parameters are ignored, because clients send them. */
final class ServiceQueries {

    private static final List<String> STATUSES = List.of(
            "deploying",
            "running",
            "concerning",
            "failed",
            "stopping",
            "stopped",
            "finished",
            "pending",
            "waiting",
            "deleting");
    private static final List<String> INFER_TYPES = List.of("real-time", "batch", "edge");
    private static final List<String> SORTABLE = List.of("publish_at", "service_name", "transition_at");

    private ServiceQueries() {}

    /** Empty if no service can match a filter. */
    static Optional<ServiceStore.ServiceQuery> services(ListQuery query) {
        String status = query.choice("status", STATUSES);
        String inferType = query.choice("infer_type", INFER_TYPES);
        Optional<ServiceState> state = state(status);
        Optional<InferType> type = inferType == null ? Optional.empty() : InferType.ofWireName(inferType);
        if ((status != null && state.isEmpty()) || (inferType != null && type.isEmpty())) {
            return Optional.empty();
        }
        String sortBy = query.choice("sort_by", SORTABLE);
        return Optional.of(new ServiceStore.ServiceQuery(
                query.text("service_id"),
                query.text("service_name"),
                null,
                query.text("model_id"),
                query.text("workspace_id"),
                type.orElse(null),
                state.orElse(null),
                sortBy == null ? "publish_at" : sortBy,
                query.isAscending(),
                query.offset(),
                query.limit()));
    }

    private static Optional<ServiceState> state(@Nullable String status) {
        return Arrays.stream(ServiceState.values())
                .filter(state -> state.wireName().equals(status))
                .findFirst();
    }
}
