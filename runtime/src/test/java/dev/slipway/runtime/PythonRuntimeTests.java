package dev.slipway.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PythonRuntimeTests {

    @Test
    void unpacksTheServerTheShimAndTheBaseClasses(@TempDir Path folder) {
        PythonRuntime runtime = PythonRuntime.unpackInto(folder);

        assertThat(runtime.shim()).isRegularFile();
        assertThat(runtime.server()).isRegularFile();
        assertThat(runtime.root().resolve("model_service/model_service.py")).isRegularFile();
        assertThat(runtime.root().resolve("log.py")).isRegularFile();
    }

    @Test
    void unpacksOnceAndLeavesNothingElse(@TempDir Path folder) throws IOException {
        PythonRuntime first = PythonRuntime.unpackInto(folder);
        FileTime written = Files.getLastModifiedTime(first.shim());

        PythonRuntime second = PythonRuntime.unpackInto(folder);

        assertThat(second).isEqualTo(first);
        assertThat(Files.getLastModifiedTime(second.shim())).isEqualTo(written);
        try (Stream<Path> children = Files.list(folder)) {
            assertThat(children).containsExactly(first.root());
        }
    }
}
