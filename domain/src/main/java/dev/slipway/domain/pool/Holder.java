package dev.slipway.domain.pool;

/**
 * The holder of a claim: {@code service/<serviceId>/<pool>/<flavor>} (one claim through all upgrades, with the largest count that is needed
 * at once, so that no slot is lost in between) or {@code task/<taskId>}. Text of at most 200 characters.
 */
public record Holder(String value) {

    public Holder {
        if (value.isBlank() || value.length() > 200) {
            throw new IllegalArgumentException("holder '%s': expected 1 to 200 characters".formatted(value));
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
