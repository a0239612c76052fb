package dev.slipway.domain.route;

import dev.slipway.domain.access.ProjectId;
import dev.slipway.domain.instance.Address;
import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.instance.InstanceSetId;
import java.util.List;
import java.util.Objects;

/**
 * Where requests to a service go. Rendered from rows, immutable; a gateway applies it completely or not at all.
 *
 * @param service id of the service
 * @param revision grows by one with each change
 * @param open false while the service is stopped or has not run yet: requests are refused with ModelArts.4203
 * @param versions with the instances that take requests
 * @param hostHeaders those of {@link HostHeaders} that reach callers
 */
public record RouteDocument(
        String service,
        ProjectId project,
        long revision,
        boolean open,
        List<Version> versions,
        List<String> hostHeaders) {

    public RouteDocument {
        versions = List.copyOf(versions);
        // Copies on disk from before have none.
        hostHeaders = List.copyOf(Objects.requireNonNullElse(hostHeaders, List.of()));
    }

    /** Without any of those headers. */
    public RouteDocument(String service, ProjectId project, long revision, boolean open, List<Version> versions) {
        this(service, project, revision, open, versions, List.of());
    }

    /** An instance set and its weight. */
    public record Version(InstanceSetId set, String label, int weight, List<Endpoint> endpoints) {
        public Version {
            endpoints = List.copyOf(endpoints);
        }
    }

    /** An instance that takes requests. */
    public record Endpoint(InstanceId instance, Address address) {}
}
