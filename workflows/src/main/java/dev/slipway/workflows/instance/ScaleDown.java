package dev.slipway.workflows.instance;

import dev.slipway.workflows.contract.instance.Drain;
import dev.slipway.workflows.contract.instance.Ending;
import dev.slipway.workflows.contract.instance.Ending.WaitsFor;
import dev.slipway.workflows.progress.ProgressLog;
import dev.slipway.workflows.wake.WakeSignal;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Carries out a scale-down: waits until no gateway holds the drained instances, then until they have ended. Workflow code only. */
public final class ScaleDown {

    /** How much longer than their own time to end instances are waited for. */
    private static final Duration GRACE = Duration.ofSeconds(30);

    private final WakeSignal wake;
    private final ProgressLog progress;
    private final BiFunction<Drain, WaitsFor, Ending> end;
    private final Runnable held;
    private final Runnable released;

    /**
     * @param end the activity that ends drained instances and returns the progress
     * @param held called before each wait for gateways, so that a long history can continue in a new run
     * @param released called when no gateway holds one any more, or they are not waited for
     */
    public ScaleDown(
            WakeSignal wake,
            ProgressLog progress,
            BiFunction<Drain, WaitsFor, Ending> end,
            Runnable held,
            Runnable released) {
        this.wake = wake;
        this.progress = progress;
        this.end = end;
        this.held = held;
        this.released = released;
    }

    /** Waits for gateways without a limit. False if there is a newer command. */
    public boolean run(Drain drain) {
        return run(drain, null);
    }

    /** As {@link #run(Drain)}, but waits for gateways at most {@code forGateways}. */
    public boolean run(Drain drain, @Nullable Duration forGateways) {
        if (drain.kept().isEmpty()) {
            return true;
        }
        wake.reset();
        Instant latest = forGateways == null ? null : now().plus(forGateways);
        Instant ended = null;
        WaitsFor waitsFor = WaitsFor.GATEWAYS;
        String told = "";
        while (true) {
            wake.clear();
            Ending ending = end.apply(drain, waitsFor);
            switch (ending.state()) {
                case ENDED -> {
                    released.run();
                    return true;
                }
                case OVERTAKEN -> {
                    return false;
                }
                case HELD -> {
                    if (!ending.details().equals(told)) {
                        told = ending.details();
                        progress.add("waits for gateways: " + told);
                    }
                    held.run();
                    if (!wake.await("gateways to let go of %d instances".formatted(drain.removed()), latest)) {
                        progress.add("does not wait longer for gateways: " + told);
                        waitsFor = WaitsFor.INSTANCES;
                    }
                }
                case ENDING -> {
                    released.run();
                    waitsFor = WaitsFor.INSTANCES;
                    if (ended == null) {
                        ended = now().plus(drain.within()).plus(GRACE);
                        wake.reset();
                    }
                    if (!wake.await("the end of %d instances".formatted(drain.removed()), ended)) {
                        progress.add("does not wait longer for instances to end");
                        waitsFor = WaitsFor.NOTHING;
                    }
                }
            }
        }
    }

    private static Instant now() {
        return Instant.ofEpochMilli(Workflow.currentTimeMillis());
    }
}
