package dev.slipway.parts.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ToolCacheTests {

    @Test
    void saysWhyNothingCanBeInstalled(@TempDir Path temporary) throws IOException {
        Path file = Files.writeString(temporary.resolve("file"), "");

        assertThat(new ToolCache(file.resolve("tools")).obstacle().orElseThrow())
                .startsWith("the tool cache '%s' cannot be written to".formatted(file.resolve("tools")));
        assertThat(new ToolCache(Path.of("/proc/slipway/tools")).obstacle()).isPresent();
    }

    @Test
    void hasNoObstacleWhereItCanBeWritten(@TempDir Path temporary) throws IOException {
        Path tools = temporary.resolve("tools");

        assertThat(new ToolCache(tools).obstacle()).isEmpty();
        assertThat(tools).isEmptyDirectory();
    }
}
