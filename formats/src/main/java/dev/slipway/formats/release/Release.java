package dev.slipway.formats.release;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Which Slipway this is. */
public final class Release {

    private static final String UNPACKED = "unpacked classes";

    private Release() {}

    /** The version of the jar that this class comes from, such as {@code 0.1.0}; {@code unpacked classes} outside of a jar. */
    public static String version() {
        @Nullable String version = Release.class.getPackage().getImplementationVersion();
        return Objects.requireNonNullElse(version, UNPACKED);
    }
}
