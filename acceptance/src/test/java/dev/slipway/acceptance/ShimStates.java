package dev.slipway.acceptance;

import dev.slipway.formats.wire.WireJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** What the shims wrote about instances of a data folder. */
final class ShimStates {

    private ShimStates() {}

    /** The states of all instances that are ready and live. */
    static List<JsonNode> live(Path data) {
        try (Stream<Path> folders = Files.list(data.resolve("instances"))) {
            return folders.map(folder -> folder.resolve("state.json"))
                    .filter(Files::exists)
                    .map(ShimStates::read)
                    .filter(state -> state.path("state").asString("").equals("ready"))
                    .filter(state -> ProcessHandle.of(modelPid(state)).isPresent())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static long modelPid(JsonNode state) {
        return state.path("process").path("pid").asLong();
    }

    static long shimPid(JsonNode state) {
        return state.path("shim").path("pid").asLong();
    }

    private static JsonNode read(Path file) {
        try {
            return WireJson.tree(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
