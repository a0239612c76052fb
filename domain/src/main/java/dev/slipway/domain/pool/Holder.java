package dev.slipway.domain.pool;

/**
 * Who holds or wants places: {@code service/<serviceId>/<generation>/<entry>} or {@code task/<taskId>}.
 * Text of at most 200 characters.
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
