package dev.slipway.workflows.progress;

/** Numbers of things in lines for people. */
public final class Counted {

    private Counted() {}

    /**
     * As in "1 input" and "2 inputs".
     *
     * @param thing one of them, a word whose plural ends in s
     */
    public static String of(long count, String thing) {
        return "%d %s%s".formatted(count, thing, count == 1 ? "" : "s");
    }
}
