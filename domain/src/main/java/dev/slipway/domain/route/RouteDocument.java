package dev.slipway.domain.route;

import dev.slipway.domain.access.ProjectId;
import dev.slipway.domain.instance.Address;
import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.instance.InstanceSetId;
import java.util.List;

/**
 * Where requests to a service go. Rendered from rows, immutable; a gateway has the whole document or none of it.
 *
 * @param service id of the service
 * @param revision grows by one with each change
 * @param open false while the service is stopped or has not run yet: requests are refused with ModelArts.4203
 * @param versions only instances that take requests are named
 */
public record RouteDocument(String service, ProjectId project, long revision, boolean open, List<Version> versions) {

    public RouteDocument {
        versions = List.copyOf(versions);
    }

    /** A set of equal instances and its weight among the versions. */
    public record Version(InstanceSetId set, String label, int weight, List<Endpoint> endpoints) {
        public Version {
            endpoints = List.copyOf(endpoints);
        }
    }

    /** An instance that takes requests. */
    public record Endpoint(InstanceId instance, Address address) {}
}
