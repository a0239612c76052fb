package dev.slipway.domain.service;

import dev.slipway.domain.access.ProjectId;
import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.route.RouteRows;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Keeps services. Deleted ones stay as rows in state DELETED, which only {@link #change}, {@link #find} and the sweeper find. */
public interface ServiceStore {

    /**
     * One transaction that creates the row, as passed to {@link ServiceTransaction#save}, with its first generation. Inside it {@link
     * ServiceTransaction#service} returns {@code draft}.
     *
     * @throws dev.slipway.domain.problem.Conflict SERVICE_NAME_TAKEN if the project has a service of that name that is not deleted
     */
    <R> R create(Service draft, Function<ServiceTransaction, R> work);

    /**
     * One transaction that locks the row for update.
     *
     * @throws dev.slipway.domain.problem.NotFound SERVICE_UNKNOWN if there is none
     */
    <R> R change(ServiceId id, Function<ServiceTransaction, R> work);

    /** The row, of any project; also a deleted one. */
    Optional<Service> find(ServiceId id);

    /** Those of a project that match and are not deleted, and how many match in all. */
    ServicePage list(ProjectId project, ServiceQuery query);

    /** All update records of a service, newest first. */
    List<ServiceGeneration> updateRecords(ServiceId id);

    /**
     * Rows whose generation was asked for before {@code before} and not taken yet, by id. One query.
     *
     * @param after only ids after this one; null for all
     */
    List<Service> untakenSince(Instant before, @Nullable ServiceId after, int limit);

    /** The last settled generation of each of these services that exists. One query. */
    Map<ServiceId, Long> observed(Collection<ServiceId> services);

    /**
     * Services whose auto-stop is due at {@code now}, by id.
     *
     * @param after only ids after this one; null for all
     */
    List<ServiceId> dueAt(Instant now, @Nullable ServiceId after, int limit);

    /**
     * Rows whose asked generation is taken but not settled, by id.
     *
     * @param after only ids after this one; null for all
     */
    List<Service> unsettled(@Nullable ServiceId after, int limit);

    /** Those of these services that exist, by id. One query. */
    List<Service> find(Collection<ServiceId> services);

    /** The route rows of a service; none for a batch service. */
    RouteRows routes(Service service);

    /** The route rows of each of these services. Three queries for any number of services. */
    Map<ServiceId, RouteRows> routes(Collection<ServiceId> services);

    /** The number of instances that take requests, for each instance set of these services that has any. One query. */
    Map<InstanceSetId, Integer> ready(Collection<ServiceId> services);

    /**
     * Services that name an alias that was moved, which they have not been told of yet, by id.
     *
     * @param after only ids after this one; null for all
     */
    List<ServiceId> withMovedAlias(@Nullable ServiceId after, int limit);

    /** Services of all projects that should be serving. */
    List<Service> serving();

    /** Which services, and from which position; null means any. */
    record ServiceQuery(
            @Nullable String id,
            @Nullable String nameContains,
            @Nullable String exactName,
            @Nullable String modelId,
            @Nullable String workspaceId,
            @Nullable InferType inferType,
            @Nullable ServiceState state,
            String sortBy,
            boolean ascending,
            int offset,
            int limit) {

        /** The one of exactly this name. */
        public static ServiceQuery named(String name) {
            return new ServiceQuery(null, null, name, null, null, null, null, "publish_at", false, 0, 1);
        }
    }

    /** Services and how many match in all. */
    record ServicePage(List<Service> services, long total) {
        public ServicePage {
            services = List.copyOf(services);
        }
    }
}
