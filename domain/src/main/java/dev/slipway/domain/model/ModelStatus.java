package dev.slipway.domain.model;

import java.util.Locale;

/** What clients wait for: publishing, then one of the two others (wire contract 2.4). */
public enum ModelStatus {
    PUBLISHING,
    PUBLISHED,
    FAILED;

    /** The word that clients read. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
