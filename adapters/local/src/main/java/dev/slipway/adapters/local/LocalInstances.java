package dev.slipway.adapters.local;

import dev.slipway.domain.instance.Address;
import dev.slipway.domain.instance.InstanceState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The running instances in the folder of an installation, for those who have no cluster: to report on them, or to end what a killed process
 * left.
 */
public final class LocalInstances {

    private static final Duration TURN = Duration.ofMillis(50);

    private static final Duration AFTER_KILL = Duration.ofSeconds(2);

    private final Path folder;
    private final HostIdentity host = HostIdentity.read();

    /** @param folder that a {@link LocalCluster} was opened on; need not exist */
    public LocalInstances(Path folder) {
        this.folder = folder.toAbsolutePath();
    }

    /**
     * A running instance.
     *
     * @param name its id
     * @param address null until it listens
     * @param pid of its own process; of its shim until the process is started
     */
    public record Living(
            String name, InstanceState state, @Nullable Address address, long pid) {}

    /** All running instances, by name. */
    public List<Living> living() {
        return folders().stream().flatMap(this::living).toList();
    }

    /** Drains and ends all of them; kills what is left after {@code limit}. What they had outside of the folder is removed. */
    public void endAll(Duration limit) throws InterruptedException {
        Instant deadline = Instant.now().plus(limit);
        Set<ProcessMark> asked = new HashSet<>();
        List<ShimState> left = statesOfLiving();
        while (!left.isEmpty() && Instant.now().isBefore(deadline)) {
            left.stream().map(ShimState::shim).filter(asked::add).forEach(ProcessMark::terminate);
            TimeUnit.MILLISECONDS.sleep(TURN.toMillis());
            left = statesOfLiving();
        }
        left.forEach(ShimState::killProcess);
        // Shims notice the end of their process, write their last state and end.
        Instant limitAfterKill = Instant.now().plus(AFTER_KILL);
        while (!statesOfLiving().isEmpty() && Instant.now().isBefore(limitAfterKill)) {
            TimeUnit.MILLISECONDS.sleep(TURN.toMillis());
        }
        Path instances = folder.resolve("instances");
        if (Files.isDirectory(instances)) {
            SocketFolder.of(instances).remove();
        }
    }

    private Stream<Living> living(InstanceFolder instance) {
        ShimState state = instance.state();
        if (state == null || !isAlive(state)) {
            return Stream.of();
        }
        ProcessMark process = state.process();
        long pid = process == null ? state.shim().pid() : process.pid();
        InstanceState shown = state.shim().isAlive() ? state.phase().shown() : InstanceState.DRAINING;
        return Stream.of(new Living(instance.name(), shown, state.address(), pid));
    }

    private List<ShimState> statesOfLiving() {
        List<ShimState> states = new ArrayList<>();
        for (InstanceFolder instance : folders()) {
            ShimState state = instance.state();
            if (state != null && isAlive(state)) {
                states.add(state);
            }
        }
        return states;
    }

    private boolean isAlive(ShimState state) {
        return state.host().equals(host) && !state.hasLeft();
    }

    private List<InstanceFolder> folders() {
        return list(folder.resolve("instances"));
    }

    /** The folders below one, by name; empty if there is none. */
    static List<InstanceFolder> list(Path parent) {
        if (!Files.isDirectory(parent)) {
            return List.of();
        }
        try (Stream<Path> paths = Files.list(parent)) {
            return paths.filter(Files::isDirectory)
                    .sorted()
                    .map(InstanceFolder::new)
                    .toList();
        } catch (IOException failure) {
            throw new UncheckedIOException("the instances in '%s' can't be listed".formatted(parent), failure);
        }
    }
}
