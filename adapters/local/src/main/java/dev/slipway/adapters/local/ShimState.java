package dev.slipway.adapters.local;

import dev.slipway.domain.instance.Address;
import dev.slipway.domain.instance.InstanceState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a shim says in its state.json.
 *
 * @param process the instance's own process, null until it is started
 * @param sandboxed whether the process sees a system of its own
 * @param exitCode null while it runs, or if a signal ended it
 * @param stoppedBy who asked it to stop; null if it was not asked
 * @param copyElsewhere the folder with its copy of the model, where that is not below its own; null otherwise
 * @param refuses why it takes no requests for now; null if it does
 * @param warnings what the runtime found odd in the package, each text once
 * @param hasEnded whether the process is gone and the rest is final
 */
record ShimState(
        HostIdentity host,
        Phase phase,
        ProcessMark shim,
        @Nullable ProcessMark process,
        boolean sandboxed,
        @Nullable Address address,
        @Nullable Integer exitCode,
        @Nullable String cause,
        @Nullable String stoppedBy,
        @Nullable Path copyElsewhere,
        @Nullable String refuses,
        List<String> warnings,
        boolean hasEnded) {

    ShimState {
        warnings = List.copyOf(warnings);
    }

    enum Phase {
        STARTING,
        READY,
        DRAINING,
        FAILED,
        EXITED;

        /** The state in the words of the port. An instance that failed has not ended before its shim says so. */
        InstanceState shown() {
            return switch (this) {
                case STARTING, FAILED -> InstanceState.STARTING;
                case READY -> InstanceState.READY;
                case DRAINING -> InstanceState.DRAINING;
                case EXITED -> InstanceState.EXITED;
            };
        }
    }

    /** Whether shim and process are gone. */
    boolean hasLeft() {
        return !shim.isAlive() && (process == null || !process.isAlive());
    }

    /** Kills the process and what it started; the shim notices and writes it. */
    void killProcess() {
        if (process != null) {
            process.killWithChildren();
        }
    }

    static ShimState of(JsonNode document) {
        ProcessMark shim = mark(document.path("shim"));
        if (shim == null) {
            throw new IllegalArgumentException("state.json without 'shim'");
        }
        String address = text(document.path("address"));
        return new ShimState(
                new HostIdentity(
                        document.path("host_id").asString(),
                        document.path("boot_id").asString()),
                phase(document.path("state").asString()),
                shim,
                mark(document.path("process")),
                document.path("sandbox").path("used").asBoolean(false),
                address == null ? null : Address.parse(address),
                document.path("exit_code").isInt() ? document.path("exit_code").asInt() : null,
                text(document.path("cause")),
                text(document.path("stopped_by")),
                elsewhere(text(document.path("package"))),
                text(document.path("refuses")),
                texts(document.path("warnings")),
                document.has("ended_at"));
    }

    /** Only a folder that a shim may have made: this one is deleted with the instance. */
    private static @Nullable Path elsewhere(@Nullable String copy) {
        return copy != null && copy.matches("/var/tmp/slipway-[A-Za-z0-9_]+") ? Path.of(copy) : null;
    }

    private static Phase phase(String name) {
        return switch (name) {
            case "starting" -> Phase.STARTING;
            case "ready" -> Phase.READY;
            case "draining" -> Phase.DRAINING;
            case "failed" -> Phase.FAILED;
            case "exited" -> Phase.EXITED;
            default -> throw new IllegalArgumentException("state.json has state '%s'".formatted(name));
        };
    }

    private static @Nullable ProcessMark mark(JsonNode node) {
        if (!node.path("pid").isNumber() || !node.path("start_time").isNumber()) {
            return null;
        }
        return new ProcessMark(
                node.path("pid").asLong(), node.path("start_time").asLong());
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        for (JsonNode each : list) {
            if (each.isString() && !texts.contains(each.asString())) {
                texts.add(each.asString());
            }
        }
        return texts;
    }

    private static @Nullable String text(JsonNode node) {
        return node.isString() ? node.asString() : null;
    }
}
