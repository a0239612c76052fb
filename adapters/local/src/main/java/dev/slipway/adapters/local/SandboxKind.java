package dev.slipway.adapters.local;

import java.util.Arrays;
import java.util.Locale;

/** How the processes of instances are kept apart from this machine and from each other. */
public enum SandboxKind {
    /** The best of the others that works on this machine. */
    AUTO,
    /** By the program {@code bwrap}. */
    BUBBLEWRAP,
    /** By the system calls of Linux, without a program. */
    NAMESPACES,
    /** Not at all: a secret per instance is all that protects it from others. */
    NONE;

    /** The name in settings and in the files of shims. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @throws IllegalArgumentException if it is none */
    public static SandboxKind of(String text) {
        return Arrays.stream(values())
                .filter(kind -> kind.text().equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("sandbox '%s', expected one of %s"
                        .formatted(
                                text,
                                Arrays.stream(values()).map(SandboxKind::text).toList())));
    }
}
