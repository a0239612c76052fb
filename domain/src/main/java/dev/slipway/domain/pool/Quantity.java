package dev.slipway.domain.pool;

import java.math.BigDecimal;

/**
 * How much of an extended resource: whole pieces, or a share of one where the cluster offers shares.
 *
 * @param thousandths of a piece, at least 1: 2000 are two pieces, 250 a quarter of one
 */
public record Quantity(long thousandths) {

    private static final int PIECE = 1_000;

    public Quantity {
        if (thousandths < 1) {
            throw new IllegalArgumentException(
                    "quantity of %d thousandths: expected at least 1".formatted(thousandths));
        }
    }

    /** A number of whole pieces. */
    public static Quantity whole(int pieces) {
        return new Quantity((long) pieces * PIECE);
    }

    /** Whether it is a number of whole pieces. */
    public boolean isWhole() {
        return thousandths % PIECE == 0;
    }

    /** In pieces, for people: {@code 2}, {@code 0.25}. */
    @Override
    public String toString() {
        return BigDecimal.valueOf(thousandths, 3).stripTrailingZeros().toPlainString();
    }
}
