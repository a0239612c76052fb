package dev.slipway.domain.problem;

/** How many refusals of a second are logged: a client that repeats its mistakes must not push everything else out of the log. Thread-safe. */
public final class LogBudget {

    private static final long SECOND = 1_000_000_000L;
    /** What {@link #take} returns where there is no line left. */
    public static final int NONE = -1;

    private final int linesPerSecond;
    private long began;
    private boolean hasBegun;
    private int taken;
    private int left;

    public LogBudget(int linesPerSecond) {
        this.linesPerSecond = linesPerSecond;
    }

    /**
     * Takes a line.
     *
     * @param nanos of a clock that never goes back
     * @return how many lines were left out since the last one that was taken; {@link #NONE} if this one is to be left out
     */
    public synchronized int take(long nanos) {
        if (!hasBegun || nanos - began >= SECOND) {
            hasBegun = true;
            began = nanos;
            taken = 0;
        }
        if (taken == linesPerSecond) {
            left++;
            return NONE;
        }
        taken++;
        int before = left;
        left = 0;
        return before;
    }
}
