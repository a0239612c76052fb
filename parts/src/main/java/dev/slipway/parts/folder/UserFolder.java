package dev.slipway.parts.folder;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where a user's programs keep things, by the XDG Base Directory Specification: a variable names the folder, else it lies below {@code $HOME}. */
public enum UserFolder {
    CACHE("XDG_CACHE_HOME", ".cache"),
    STATE("XDG_STATE_HOME", ".local/state");

    private final String variable;
    private final String belowHome;

    UserFolder(String variable, String belowHome) {
        this.variable = variable;
        this.belowHome = belowHome;
    }

    /** Of the user who runs this process. */
    public Path path() {
        return path(System.getenv(), System.getProperty("user.home"));
    }

    /** @param accountHome the home that the account has, which counts where the environment names none: Java knows no other */
    Path path(Map<String, String> environment, String accountHome) {
        String named = environment.get(variable);
        if (isGiven(named)) {
            return Path.of(named);
        }
        String home = environment.get("HOME");
        return Path.of(isGiven(home) ? home : accountHome).resolve(belowHome);
    }

    private static boolean isGiven(@Nullable String folder) {
        return folder != null && !folder.isBlank();
    }
}
