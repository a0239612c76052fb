package dev.slipway.standalone.machine;

/**
 * What was found of one thing.
 *
 * @param what it is about, in one word
 * @param text what was found, and what to do where something is missing
 */
public record Finding(Mark mark, String what, String text) {

    /** What follows from it. */
    public enum Mark {
        GOOD,
        /** Worth to know; a start goes on. */
        NOTE,
        /** Nothing is started. */
        MISSING
    }

    static Finding good(String what, String text) {
        return new Finding(Mark.GOOD, what, text);
    }

    static Finding note(String what, String text) {
        return new Finding(Mark.NOTE, what, text);
    }

    static Finding missing(String what, String text) {
        return new Finding(Mark.MISSING, what, text);
    }

    public boolean isMissing() {
        return mark == Mark.MISSING;
    }
}
