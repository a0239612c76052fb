package dev.slipway.workflows.contract.model;

import org.jspecify.annotations.Nullable;

/**
 * How an import ended.
 *
 * @param status {@code published}, {@code failed} or {@code deleted}
 * @param error why it failed, null if it did not
 */
public record ImportResult(String status, @Nullable String error) {

    public static final String PUBLISHED = "published";
    public static final String FAILED = "failed";
    public static final String DELETED = "deleted";

    public static ImportResult published() {
        return new ImportResult(PUBLISHED, null);
    }

    public static ImportResult failed(String error) {
        return new ImportResult(FAILED, error);
    }

    public static ImportResult deleted() {
        return new ImportResult(DELETED, null);
    }
}
