package dev.slipway.domain.route;

import dev.slipway.domain.instance.Address;
import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.instance.InstanceSetId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The rows that a route document is rendered from. */
public record RouteRows(boolean open, List<SetRow> sets, List<InstanceRow> instances) {

    public RouteRows {
        sets = List.copyOf(sets);
        instances = List.copyOf(instances);
    }

    /** A set and its entry's share. */
    public record SetRow(InstanceSetId set, int entry, String label, int weight) {}

    /** An instance; {@code address} is null until it is first ready. */
    public record InstanceRow(InstanceId id, @Nullable Address address, boolean ready, boolean draining) {

        boolean takesRequests() {
            return ready && !draining && address != null;
        }
    }

    /**
     * The versions of the document: the weight of an entry is divided among its sets by their ready instances (largest remainder), so
     * that the weights of all versions still add up to the entries' weights.
     */
    public List<RouteDocument.Version> versions() {
        Map<Integer, List<SetRow>> byEntry = new TreeMap<>();
        sets.forEach(set ->
                byEntry.computeIfAbsent(set.entry(), entry -> new ArrayList<>()).add(set));
        List<RouteDocument.Version> versions = new ArrayList<>();
        byEntry.values().forEach(entry -> addVersions(entry, versions));
        return versions;
    }

    private void addVersions(List<SetRow> entry, List<RouteDocument.Version> versions) {
        int weight = entry.stream().mapToInt(SetRow::weight).max().orElse(0);
        int ready = entry.stream().mapToInt(set -> endpoints(set).size()).sum();
        int given = 0;
        int readySoFar = 0;
        for (SetRow set : entry) {
            List<RouteDocument.Endpoint> endpoints = endpoints(set);
            readySoFar += endpoints.size();
            // Each rounding error is carried to the next set, so the sum is exact.
            int upToHere = ready == 0 ? 0 : Math.round((float) weight * readySoFar / ready);
            versions.add(new RouteDocument.Version(set.set(), set.label(), upToHere - given, endpoints));
            given = upToHere;
        }
    }

    private List<RouteDocument.Endpoint> endpoints(SetRow set) {
        return instances.stream()
                .filter(row -> row.id().set().equals(set.set()) && row.takesRequests())
                .map(row -> new RouteDocument.Endpoint(row.id(), java.util.Objects.requireNonNull(row.address())))
                .toList();
    }
}
