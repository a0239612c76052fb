package dev.slipway.cli.batch;

import dev.slipway.cli.command.Screen;
import dev.slipway.formats.service.ServiceTask;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How far a task is, in a few words. */
final class TaskLine {

    private static final int WIDTH = 30;

    private TaskLine() {}

    /** A bar, counts, rate and end, as in {@code [######----] 40 % 400 of 1000, 3 failed, 25/s, done at ...}. */
    static String of(ServiceTask task) {
        StringBuilder line = new StringBuilder(bar(task));
        line.append(" %3d %% %d of %d records, %d failed"
                .formatted(percent(task), task.done(), task.records(), task.failed()));
        pace(task).ifPresent(pace -> line.append(", ").append(pace));
        end(task).ifPresent(end -> line.append(", done at ").append(end));
        return line + ", " + task.status();
    }

    private static String bar(ServiceTask task) {
        int full = percent(task) * WIDTH / 100;
        return "[" + "#".repeat(full) + "-".repeat(WIDTH - full) + "]";
    }

    private static int percent(ServiceTask task) {
        return task.records() == 0 ? 0 : (int) (task.done() * 100 / task.records());
    }

    /** Empty unless it is worked on. */
    static Optional<String> pace(ServiceTask task) {
        Double rate = task.recordsPerSecond();
        if (rate == null) {
            return Optional.empty();
        }
        Double each = task.recordsPerSecondPerInstance();
        return Optional.of(
                each == null
                        ? "%s/s".formatted(number(rate))
                        : "%s/s by %d instances (%s/s each)".formatted(number(rate), task.instances(), number(each)));
    }

    /** Empty unless it is known. */
    static Optional<String> end(ServiceTask task) {
        return Optional.ofNullable(task.expectedEnd()).map(end -> "%s (%s to %s)"
                .formatted(Screen.time(end), time(task.expectedEndEarliest()), time(task.expectedEndLatest())));
    }

    private static String time(@Nullable Long millis) {
        return millis == null ? "?" : Screen.time(millis);
    }

    private static String number(double rate) {
        return String.format(Locale.ROOT, rate < 10 ? "%.1f" : "%.0f", rate);
    }
}
