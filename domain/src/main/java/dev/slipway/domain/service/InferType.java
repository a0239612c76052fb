package dev.slipway.domain.service;

import java.util.Arrays;
import java.util.Optional;

/** The kinds of service that are built. */
public enum InferType {
    REAL_TIME("real-time"),
    BATCH("batch");

    private final String wireName;

    InferType(String wireName) {
        this.wireName = wireName;
    }

    public String wireName() {
        return wireName;
    }

    public static Optional<InferType> ofWireName(String name) {
        return Arrays.stream(values())
                .filter(type -> type.wireName.equals(name))
                .findFirst();
    }
}
