package dev.slipway.cli.command;

import java.io.PrintStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Prints foreign text without control characters, so that it cannot affect the terminal. */
public final class Screen {

    private final PrintStream out;

    public Screen(PrintStream out) {
        this.out = out;
    }

    /** One line. Line ends within it are spaces, other control characters are question marks. */
    public void line(String text) {
        out.println(harmless(text));
    }

    /** Text of several lines, each after {@code indent}. */
    public void block(String indent, String text) {
        text.lines().forEach(line -> out.println(indent + harmless(line)));
    }

    /** An instant in UTC, to the second. */
    public static String time(long millis) {
        return Instant.ofEpochMilli(millis).truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static String harmless(String text) {
        StringBuilder shown = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            boolean blank = c == '\n' || c == '\r' || c == '\t';
            shown.appendCodePoint(blank ? ' ' : isHarmless(c) ? c : '?');
        });
        return shown.toString();
    }

    /** Neither a control character nor one that turns the direction of what follows. */
    private static boolean isHarmless(int c) {
        return !Character.isISOControl(c) && Character.getType(c) != Character.FORMAT;
    }
}
