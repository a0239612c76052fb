package dev.slipway.formats.batch;

/** The result of mapping a row. */
public sealed interface RowRequest {
    /** The request, as JSON text. */
    record Body(String json) implements RowRequest {}

    /** The row does not fit the rule; {@code reason} names the column. */
    record Unfit(String reason) implements RowRequest {}
}
