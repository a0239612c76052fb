package dev.slipway.activities.instance;

import dev.slipway.domain.instance.Cluster;
import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.problem.Unavailable;

/** Logs of instances, for messages. A cluster that does not answer costs the log and not the step that wanted to show it. */
public final class InstanceLogs {

    private final Cluster cluster;

    public InstanceLogs(Cluster cluster) {
        this.cluster = cluster;
    }

    /** The last {@code bytes} of the log, empty if there is none; if it cannot be read, a text that says why. */
    public String tail(InstanceId instance, int bytes) {
        try {
            return cluster.logTail(instance, bytes).strip();
        } catch (Unavailable away) {
            return "(the log of '%s' cannot be read: %s)".formatted(instance, away.getMessage());
        }
    }
}
