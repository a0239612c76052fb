package dev.slipway.activities.instance;

import dev.slipway.domain.instance.Cluster;
import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.problem.Unavailable;
import java.util.List;

/** Logs of instances, for messages. A cluster that does not answer costs the log and not the step that wanted to show it. */
public final class InstanceLogs {

    private static final int LINES = 20;
    /** An event has at most 4,000 characters, and says more than this. */
    private static final int BYTES = 3_000;

    private final Cluster cluster;

    public InstanceLogs(Cluster cluster) {
        this.cluster = cluster;
    }

    /**
     * Where the log is and its last lines, at most 20 and at most 3,000 bytes; empty if there is no log; if it cannot be read, a text that
     * says why.
     */
    public String end(InstanceId instance) {
        try {
            String name = cluster.logName(instance);
            return name.isEmpty() ? "" : described(name, lastLines(cluster.logTail(instance, BYTES)));
        } catch (Unavailable away) {
            return "(the log of '%s' cannot be read: %s)".formatted(instance, away.getMessage());
        }
    }

    /** The cause, and on the lines after it {@link #end} of the instance's log. */
    public String after(String cause, InstanceId instance) {
        String end = end(instance);
        return end.isEmpty() ? cause : cause + "\n" + end;
    }

    private static String described(String name, List<String> lines) {
        return lines.isEmpty()
                ? "Its log '%s' is empty.".formatted(name)
                : "The end of its log '%s':\n%s".formatted(name, String.join("\n", lines));
    }

    /** The first may be cut. */
    private static List<String> lastLines(String log) {
        List<String> lines = log.strip().lines().map(InstanceLogs::storable).toList();
        return lines.subList(Math.max(0, lines.size() - LINES), lines.size());
    }

    /** Text in the database has no NUL; other control characters would change what a terminal shows. */
    private static String storable(String line) {
        return line.replace('\t', ' ').replaceAll("\\p{Cntrl}", "\uFFFD");
    }
}
