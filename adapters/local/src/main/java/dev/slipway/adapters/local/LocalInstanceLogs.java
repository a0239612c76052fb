package dev.slipway.adapters.local;

import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.instance.InstanceLog;
import dev.slipway.domain.instance.InstanceLogStore;
import dev.slipway.domain.instance.SetOwner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The logs in the folder of an installation, for those who have no cluster. */
public final class LocalInstanceLogs implements InstanceLogStore {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Path instances;
    private final LogFolders logs;

    /** @param home the folder that a {@link LocalCluster} was opened on; need not exist */
    public LocalInstanceLogs(Path home) {
        Path root = home.toAbsolutePath();
        this.instances = root.resolve("instances");
        this.logs = new LogFolders(root);
    }

    @Override
    public List<InstanceLog> of(SetOwner owner) {
        return logs.of(owner).stream().map(this::described).toList();
    }

    @Override
    public Optional<InstanceLog> find(SetOwner owner, InstanceId instance) {
        return folderOf(owner, instance).map(this::described);
    }

    @Override
    public String tail(SetOwner owner, InstanceId instance, int bytes) {
        return folderOf(owner, instance).map(log -> log.tail(bytes)).orElse("");
    }

    private Optional<LogFolder> folderOf(SetOwner owner, InstanceId instance) {
        return logs.of(owner).stream()
                .filter(log -> log.name().equals(instance.toString()))
                .findFirst();
    }

    private InstanceLog described(LogFolder log) {
        boolean hasEnded = logs.hasEnded(log);
        JsonNode state =
                state(hasEnded ? log.state() : instances.resolve(log.name()).resolve("state.json"));
        Instant ended = instant(state.path("ended_at"));
        return new InstanceLog(
                InstanceId.parse(log.name()),
                log.log().toString(),
                log.bytesOfOutput(),
                instant(state.path("started_at")),
                ended == null && hasEnded ? log.writtenAt() : ended,
                state.path("exit_code").isInt() ? state.path("exit_code").asInt() : null,
                state.path("cause").isString() ? state.path("cause").asString() : null);
    }

    private static JsonNode state(Path file) {
        try {
            return JSON.readTree(Files.readAllBytes(file));
        } catch (IOException | JacksonException neverWrittenOrJustMoved) {
            return JSON.createObjectNode();
        }
    }

    private static @Nullable Instant instant(JsonNode seconds) {
        return seconds.isNumber() ? Instant.ofEpochMilli((long) (seconds.asDouble() * 1000)) : null;
    }
}
