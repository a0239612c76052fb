package dev.slipway.adapters.local;

import dev.slipway.domain.environment.BuildEvents;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What a build prints, and the time that it has left. */
final class BuildLog {

    private static final int LONGEST_LINE = 2_000;
    private static final int MOST_LINES = 20_000;

    private final BuildEvents events;
    private final Duration limit;
    private final long end;
    private final List<String> lines = new ArrayList<>();

    /** @param limit from now on, for all of the build */
    BuildLog(BuildEvents events, Duration limit) {
        this.events = events;
        this.limit = limit;
        this.end = System.nanoTime() + limit.toNanos();
    }

    /** What was printed, without what is beyond {@value #MOST_LINES} lines. */
    List<String> lines() {
        return lines;
    }

    /** Keeps a line and tells it. An exception from here ends the build. */
    void print(String line) {
        if (lines.size() < MOST_LINES) {
            String cut = line.length() > LONGEST_LINE ? line.substring(0, LONGEST_LINE) : line;
            lines.add(cut);
            events.printed(cut);
        }
    }

    /** To be called about once a second. An exception from here ends the build. */
    void goesOn() {
        events.goesOn();
    }

    boolean isOver() {
        return System.nanoTime() - end >= 0;
    }

    /** Why a build that took too long has failed. */
    PipFailure tooLong(String what) {
        return PipFailure.forGood(
                "%s did not end within %s ('build.limit' in slipway.yml)".formatted(what, words(limit)));
    }

    private static String words(Duration limit) {
        return limit.toSeconds() < 60
                ? "%d seconds".formatted(limit.toSeconds())
                : "%d minutes".formatted(limit.toMinutes());
    }
}
