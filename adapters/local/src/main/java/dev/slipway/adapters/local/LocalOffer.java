package dev.slipway.adapters.local;

import dev.slipway.domain.instance.InstanceTemplate;
import dev.slipway.domain.instance.Probe;
import dev.slipway.domain.instance.ServerProcess;
import dev.slipway.domain.model.ModelType;
import dev.slipway.domain.pool.Quantity;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the local cluster offers to instances: the server of their engine, or that of their image with its command, port and probes, with
 * cores and memory and nothing else.
 */
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
        if (template.type() == ModelType.IMAGE) {
            return;
        }
        ServerProcess process = template.process();
        if (!process.command().isEmpty()) {
            throw refusal(
                    "a command of its own ('%s')".formatted(process.command().getFirst()), "leave it out");
        }
        if (!process.ports().isEmpty()) {
            throw refusal("fixed ports (%s)".formatted(new TreeMap<>(process.ports())), "leave them out");
        }
        refuse("start-up", process.startup());
        refuse("readiness", process.readiness());
        refuse("liveness", process.liveness());
    }

    private static void refuse(String kind, @Nullable Probe probe) {
        if (probe != null) {
            throw refusal("a %s probe ('%s')".formatted(kind, probe.what()), "leave it out");
        }
    }

    private static LaunchFailure refusal(String part, String advice) {
        return LaunchFailure.forGood("the local cluster does not offer %s: %s, or run the instance on another cluster"
                .formatted(part, advice));
    }
}
