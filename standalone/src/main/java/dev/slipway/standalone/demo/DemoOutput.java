package dev.slipway.standalone.demo;

import dev.slipway.standalone.load.LoadReport;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Prints numbered steps with their times, and result lines below each. */
final class DemoOutput {

    private static final int BAR = 40;

    private final PrintStream out;
    private final long startedAt = System.nanoTime();
    private final List<String> timings = new ArrayList<>();
    private String step = "start";
    private int number;

    DemoOutput(PrintStream out) {
        this.out = out;
    }

    /** The running step, for the message of a failure. */
    String step() {
        return step;
    }

    void step(String title, Runnable work) {
        number++;
        step = title;
        out.printf("%n%d. %s%n", number, title);
        long began = System.nanoTime();
        work.run();
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        timings.add("%s %s".formatted(seconds(took), title));
        out.printf("   %s%n", "done in " + seconds(took));
    }

    @SuppressWarnings("AnnotateFormatMethod") // the annotation would be a dependency for one method
    void line(String text, Object... arguments) {
        out.printf("   %s%n", arguments.length == 0 ? text : text.formatted(arguments));
    }

    void raw(String text) {
        out.println(text);
    }

    /** For each second of a load: which versions answered, as a bar. */
    void shares(LoadReport report, Map<String, Character> marks) {
        line("answers per second, one line each: %s", legend(marks));
        int second = 0;
        for (Map<String, Long> counts : report.seconds()) {
            long all = counts.values().stream().mapToLong(Long::longValue).sum();
            StringBuilder bar = new StringBuilder();
            StringBuilder shares = new StringBuilder();
            counts.forEach((version, count) -> {
                int width = (int) Math.round((double) BAR * count / all);
                bar.append(String.valueOf(marks.getOrDefault(version, '!')).repeat(Math.max(width, 1)));
                shares.append(" %s %3d%%".formatted(version, Math.round(100.0 * count / all)));
            });
            line("%3ds |%-" + (BAR + 2) + "s|%s", second++, bar, shares);
        }
    }

    void load(LoadReport report) {
        line(
                "sent=%d answered=%d failed=%d  p50=%s p99=%s  by version %s",
                report.sent(),
                report.answered(),
                report.failed(),
                milliseconds(report.p50()),
                milliseconds(report.p99()),
                report.versions());
        report.failures().forEach((reason, count) -> line("failed %d times: %s", count, reason));
    }

    List<String> timings() {
        return List.copyOf(timings);
    }

    long secondsSinceStart() {
        return Duration.ofNanos(System.nanoTime() - startedAt).toSeconds();
    }

    private static String legend(Map<String, Character> marks) {
        StringBuilder legend = new StringBuilder();
        marks.forEach((version, mark) ->
                legend.append(mark).append(" = ").append(version).append("  "));
        return legend.toString().strip();
    }

    private static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
    }

    private static String milliseconds(Duration duration) {
        return String.format(Locale.ROOT, "%.1f ms", duration.toNanos() / 1e6);
    }
}
