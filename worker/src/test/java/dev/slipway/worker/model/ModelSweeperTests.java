package dev.slipway.worker.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.domain.model.Model;
import dev.slipway.domain.model.ModelId;
import dev.slipway.testing.model.InMemoryModelStore;
import dev.slipway.testing.model.Models;
import dev.slipway.testing.service.MovingClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ModelSweeperTests {

    private final MovingClock clock = new MovingClock(Models.NOON);
    private final InMemoryModelStore models = new InMemoryModelStore();
    private final List<ModelId> signalled = new ArrayList<>();
    private final Set<ModelId> running = new HashSet<>();
    private final ModelSweeper sweeper = new ModelSweeper(
            models, model -> signalled.add(model.id()), model -> running.contains(model.id()), () -> true, clock);

    private Model asked() {
        Model model = Models.asked("iris", "0.0.1");
        models.change(model.id(), transaction -> {
            transaction.insert(model);
            return true;
        });
        return model;
    }

    private void taken(Model model) {
        running.add(model.id());
        models.change(model.id(), transaction -> {
            transaction.take();
            return true;
        });
    }

    @Test
    void wakesAnImportThatNobodyHasTaken() {
        sweeper.round();
        Model model = asked();
        clock.pass(Duration.ofMillis(2_001));
        sweeper.round();
        assertThat(signalled).containsExactly(model.id());
    }

    @Test
    void leavesAnImportAloneThatRuns() {
        sweeper.round();
        taken(asked());
        clock.pass(Duration.ofHours(1));
        sweeper.round();
        assertThat(signalled).isEmpty();
    }

    @Test
    void wakesAnImportWhoseRunIsGone() {
        sweeper.round();
        Model model = asked();
        taken(model);
        running.clear();
        clock.pass(Duration.ofSeconds(15));
        sweeper.round();
        assertThat(signalled).containsExactly(model.id());
    }

    @Test
    void leavesAnImportAloneThatHasEnded() {
        Model model = asked();
        models.change(model.id(), transaction -> {
            transaction.save(model.failed("no such file"));
            return true;
        });
        sweeper.round();
        clock.pass(Duration.ofMinutes(1));
        sweeper.round();
        assertThat(signalled).isEmpty();
    }
}
