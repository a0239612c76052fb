package dev.slipway.domain.batch;

/**
 * A position in a table from which its rows can be read.
 *
 * @param row rows before it, counted from 0
 * @param offset bytes before it
 * @param line its line, counted from 1
 */
public record RowMark(long row, long offset, long line) {
    /** The beginning of a table. */
    public static final RowMark START = new RowMark(0, 0, 1);
}
