package dev.slipway.worker.model;

import dev.slipway.domain.model.Model;
import dev.slipway.domain.model.ModelStatus;
import dev.slipway.domain.model.ModelStore;
import dev.slipway.domain.model.ModelWaker;
import dev.slipway.worker.periodic.PeriodicTask;
import dev.slipway.worker.sweep.Sweep;
import dev.slipway.worker.sweep.SweptRows;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Sweeps the rows of models that are being imported, see {@link Sweep}. */
public final class ModelSweeper implements AutoCloseable {

    private static final Duration PACE = Duration.ofMillis(500);

    private final Sweep<Model> sweep;
    private final PeriodicTask task;

    /**
     * @param running whether the model's import runs; may throw {@link dev.slipway.domain.problem.Unavailable}
     * @param leads whether this process is the leader now
     */
    public ModelSweeper(
            ModelStore models, ModelWaker wake, Predicate<Model> running, BooleanSupplier leads, Clock clock) {
        this.sweep = new Sweep<>(new SweptModels(models, wake, running), leads, clock);
        this.task = new PeriodicTask("model-sweeper", PACE, this::round);
    }

    public void start() {
        task.start();
    }

    void round() {
        sweep.round();
    }

    @Override
    public void close() {
        task.close();
    }

    private record SweptModels(ModelStore models, ModelWaker signals, Predicate<Model> running)
            implements SweptRows<Model> {

        @Override
        public String key(Model model) {
            return "model/" + model.id();
        }

        @Override
        public List<Model> untakenSince(Instant before, @Nullable Model after, int limit) {
            return models.untakenSince(before, after == null ? null : after.id(), limit);
        }

        @Override
        public List<Model> unfinished(@Nullable Model after, int limit) {
            return models.unfinished(after == null ? null : after.id(), limit);
        }

        @Override
        public Optional<Model> again(Model model) {
            return models.find(model.id()).filter(now -> now.status() == ModelStatus.PUBLISHING);
        }

        @Override
        public void wake(Model model) {
            signals.wake(model);
        }

        @Override
        public boolean isRunning(Model model) {
            return running.test(model);
        }
    }
}
