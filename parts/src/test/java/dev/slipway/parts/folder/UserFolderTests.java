package dev.slipway.parts.folder;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UserFolderTests {

    private static final String ACCOUNT = "/nonexistent";

    @Test
    void isTheOneThatTheVariableNames() {
        Map<String, String> environment = Map.of("XDG_CACHE_HOME", "/c", "XDG_STATE_HOME", "/s", "HOME", "/home/me");

        assertThat(UserFolder.CACHE.path(environment, ACCOUNT)).isEqualTo(Path.of("/c"));
        assertThat(UserFolder.STATE.path(environment, ACCOUNT)).isEqualTo(Path.of("/s"));
    }

    @Test
    void liesBelowTheHomeOfTheEnvironmentBeforeThatOfTheAccount() {
        Map<String, String> environment = Map.of("HOME", "/home/me", "XDG_CACHE_HOME", " ");

        assertThat(UserFolder.CACHE.path(environment, ACCOUNT)).isEqualTo(Path.of("/home/me/.cache"));
        assertThat(UserFolder.STATE.path(environment, ACCOUNT)).isEqualTo(Path.of("/home/me/.local/state"));
        assertThat(UserFolder.STATE.path(Map.of(), ACCOUNT)).isEqualTo(Path.of("/nonexistent/.local/state"));
    }
}
