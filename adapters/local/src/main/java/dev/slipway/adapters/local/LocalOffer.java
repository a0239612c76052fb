package dev.slipway.adapters.local;

import dev.slipway.domain.instance.InstanceTemplate;
import dev.slipway.domain.instance.ServerProcess;
import dev.slipway.domain.pool.Quantity;
import java.util.Map;
import java.util.TreeMap;

/** What the local cluster offers to instances: the server of their engine, with cores and memory and nothing else. */
final class LocalOffer {

    private LocalOffer() {}

    /**
     * Refuses parts that would have no effect here. Pool, project and labels have one: they are written to the instance's state.json.
     *
     * @throws LaunchFailure for good, naming the part
     */
    static void check(InstanceTemplate template) {
        Map<String, Quantity> extended = new TreeMap<>(template.flavor().extended());
        for (Map.Entry<String, Quantity> resource : extended.entrySet()) {
            throw refusal(
                    "resource '%s' (%s)".formatted(resource.getKey(), resource.getValue()),
                    "use a specification without it");
        }
        ServerProcess process = template.process();
        if (!process.command().isEmpty()) {
            throw refusal(
                    "a command of its own ('%s')".formatted(process.command().getFirst()), "leave it out");
        }
        if (!process.ports().isEmpty()) {
            throw refusal("fixed ports (%s)".formatted(new TreeMap<>(process.ports())), "leave them out");
        }
        if (process.readiness() != null) {
            throw refusal(
                    "a readiness probe ('%s')".formatted(process.readiness().path()), "leave it out");
        }
        if (process.liveness() != null) {
            throw refusal("a liveness probe ('%s')".formatted(process.liveness().path()), "leave it out");
        }
    }

    private static LaunchFailure refusal(String part, String advice) {
        return LaunchFailure.forGood("the local cluster does not offer %s: %s, or run the instance on another cluster"
                .formatted(part, advice));
    }
}
