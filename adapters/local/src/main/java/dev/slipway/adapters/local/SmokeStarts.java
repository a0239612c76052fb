package dev.slipway.adapters.local;

import dev.slipway.domain.instance.Address;
import dev.slipway.domain.instance.InstanceTemplate;
import dev.slipway.domain.instance.SmokeResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Trial starts: one instance outside any set, two at most at a time, gone when the answer is there. */
final class SmokeStarts {

    private static final int AT_A_TIME = 2;
    private static final int LOG_CHARACTERS = 4_000;
    private static final Duration LEASE = Duration.ofMinutes(2);
    private static final Duration TURN = Duration.ofMillis(50);
    private static final Duration BETWEEN_TOUCHES = Duration.ofSeconds(20);

    private final Path folder;
    private final Launcher launcher;
    private final ModelFolders models;
    private final HealthProbe health;
    private final Semaphore slots = new Semaphore(AT_A_TIME, true);

    SmokeStarts(Path folder, Launcher launcher, ModelFolders models, HealthProbe health) {
        this.folder = folder;
        this.launcher = launcher;
        this.models = models;
        this.health = health;
    }

    /** Deletes what a killed process left; what still lives ends with its lease. */
    void sweep() {
        Instant longAgo = Instant.now().minus(LEASE.multipliedBy(5));
        LocalInstances.list(folder).stream()
                .filter(each -> each.modified().isBefore(longAgo))
                .filter(SmokeStarts::hasLeft)
                .forEach(InstanceFolder::delete);
    }

    private static boolean hasLeft(InstanceFolder place) {
        ShimState state = place.state();
        return state == null || state.hasLeft();
    }

    SmokeResult start(String name, InstanceTemplate template, Duration limit) throws InterruptedException {
        slots.acquire();
        try {
            return tryOne(name, template, limit);
        } finally {
            slots.release();
        }
    }

    private SmokeResult tryOne(String name, InstanceTemplate template, Duration limit) throws InterruptedException {
        Instant begin = Instant.now();
        InstanceFolder place = place(name);
        try {
            launcher.launch(place, template, models.modelOf(template.image()), LEASE);
            return await(place, begin, limit);
        } catch (LaunchFailure problem) {
            return new SmokeResult.Failed(String.valueOf(problem.getMessage()), logOf(place));
        } finally {
            end(place, template.drain());
        }
    }

    private InstanceFolder place(String name) {
        InstanceFolder all = new InstanceFolder(folder);
        if (!Files.isDirectory(folder)) {
            all.create();
        }
        String readable = name.replaceAll("[^A-Za-z0-9.-]", "-");
        String start = readable.substring(0, Math.min(readable.length(), 60));
        InstanceFolder place = new InstanceFolder(
                folder.resolve(start + "-" + UUID.randomUUID().toString().substring(0, 8)));
        if (!place.create()) {
            throw LaunchFailure.forNow("the folder '%s' is taken".formatted(place.path()));
        }
        return place;
    }

    private SmokeResult await(InstanceFolder place, Instant begin, Duration limit) throws InterruptedException {
        Instant deadline = begin.plus(limit);
        Instant touched = begin;
        while (Instant.now().isBefore(deadline)) {
            ShimState state = place.state();
            SmokeResult result = state == null ? null : judge(state, place, begin);
            if (result != null) {
                return result;
            }
            if (Instant.now().isAfter(touched.plus(BETWEEN_TOUCHES))) {
                touched = Instant.now();
                place.touchLease();
            }
            TimeUnit.MILLISECONDS.sleep(TURN.toMillis());
        }
        return new SmokeResult.Failed("it was not ready within %d s".formatted(limit.toSeconds()), logOf(place));
    }

    private @Nullable SmokeResult judge(ShimState state, InstanceFolder place, Instant begin) {
        boolean isGone = !state.shim().isAlive();
        if (state.hasEnded() || isGone) {
            String cause = state.cause();
            return new SmokeResult.Failed(cause == null ? "it ended before it was ready" : cause, logOf(place));
        }
        Address address = state.address();
        if (state.phase() == ShimState.Phase.READY && address != null) {
            boolean well = health.ask(address).join() == HealthProbe.Health.GOOD;
            return well ? new SmokeResult.Started(Duration.between(begin, Instant.now())) : null;
        }
        return null;
    }

    private static String logOf(InstanceFolder place) {
        String log = place.logTail(LOG_CHARACTERS);
        return log.substring(Math.max(0, log.length() - LOG_CHARACTERS));
    }

    /** Ends what was started, also when we are interrupted; the lease ends what even that leaves. */
    private static void end(InstanceFolder place, Duration grace) {
        ShimState state = place.state();
        if (state == null) {
            place.delete();
            return;
        }
        state.shim().terminate();
        boolean interrupted = awaitEnd(state, grace);
        state.killProcess();
        if (!state.shim().isAlive()) {
            place.delete();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean awaitEnd(ShimState state, Duration grace) {
        Instant deadline = Instant.now().plus(grace).plusSeconds(5);
        boolean interrupted = false;
        while (state.shim().isAlive() && Instant.now().isBefore(deadline)) {
            try {
                TimeUnit.MILLISECONDS.sleep(TURN.toMillis());
            } catch (InterruptedException again) {
                interrupted = true;
                deadline = Instant.now().plusSeconds(2);
            }
        }
        return interrupted;
    }
}
