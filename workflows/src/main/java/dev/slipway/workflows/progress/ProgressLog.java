package dev.slipway.workflows.progress;

import io.temporal.workflow.Workflow;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/**
 * The current details of a workflow: a heading and its last lines with their times, as Markdown. Headings and lines are plain text of any
 * origin; of one with several lines, such as a cause with the end of a log, the first is shown. Workflow code only.
 */
public final class ProgressLog {

    private static final int LONGEST = 40;

    private String heading;
    private final List<String> lines = new ArrayList<>();

    /**
     * Continues the progress of an earlier run.
     *
     * @param before lines of the run before; empty in the first run
     */
    public ProgressLog(String heading, List<String> before) {
        this.heading = heading;
        lines.addAll(before);
    }

    /** Another heading, shown with the next line. */
    public void head(String other) {
        heading = other;
    }

    /**
     * Adds a line and shows all. A line that equals the last one is not added: a run that continues says again where it is. All is shown
     * all the same, because current details are those of one run.
     */
    public void add(String text) {
        String line = PlainLine.of(text);
        if (lines.isEmpty() || !lines.getLast().endsWith("Z` " + line)) {
            Instant now = Instant.ofEpochMilli(Workflow.currentTimeMillis()).truncatedTo(ChronoUnit.SECONDS);
            lines.add("- `%s` %s".formatted(now, line));
        }
        if (lines.size() > LONGEST) {
            lines.removeFirst();
        }
        Workflow.setCurrentDetails("**" + PlainLine.of(heading) + "**\n\n" + String.join("\n", lines));
    }

    /** The lines for the next run, at most {@code count}. */
    public List<String> last(int count) {
        return List.copyOf(lines.subList(Math.max(0, lines.size() - count), lines.size()));
    }
}
