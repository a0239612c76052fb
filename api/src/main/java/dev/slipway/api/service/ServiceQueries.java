package dev.slipway.api.service;

import dev.slipway.api.query.ListQuery;
import dev.slipway.domain.service.InferType;
import dev.slipway.domain.service.ServiceState;
import dev.slipway.domain.service.ServiceStore;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Query strings of the service calls. Unknown parameters are ignored: clients send them. */
final class ServiceQueries {

    private ServiceQueries() {}

    /** Empty where a filter names something that no service can be. */
    static Optional<ServiceStore.ServiceQuery> services(Map<String, String> parameters) {
        ListQuery query = new ListQuery(parameters);
        String status = query.text("status");
        String inferType = query.text("infer_type");
        Optional<ServiceState> state = state(status);
        Optional<InferType> type = inferType == null ? Optional.empty() : InferType.ofWireName(inferType);
        if ((status != null && state.isEmpty()) || (inferType != null && type.isEmpty())) {
            return Optional.empty();
        }
        String sortBy = query.text("sort_by");
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
