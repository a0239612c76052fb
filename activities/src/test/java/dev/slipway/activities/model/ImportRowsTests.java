package dev.slipway.activities.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.domain.event.Event;
import dev.slipway.domain.event.Origin;
import dev.slipway.domain.model.ImportEvents;
import dev.slipway.domain.model.Model;
import dev.slipway.testing.model.InMemoryModelStore;
import dev.slipway.testing.model.Models;
import dev.slipway.workflows.contract.model.FailedImport;
import dev.slipway.workflows.contract.model.Refusal;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ImportRowsTests {

    private final InMemoryModelStore models = new InMemoryModelStore();
    private final ImportRowsImpl rows = new ImportRowsImpl(models, Clock.systemUTC());
    private final Model model = Models.asked("iris", "0.0.1");

    @BeforeEach
    void ask() {
        models.change(model.id(), row -> {
            row.insert(model);
            row.record(ImportEvents.started(model.id(), Models.NOON).by(new Origin("alice", "local", "4711")));
            return true;
        });
    }

    @Test
    void knowsWhoAskedForIt() {
        assertThat(rows.begin(model.id().value()).by()).isEqualTo("by alice in project local, request 4711");
    }

    @Test
    void tellsTheEndOfATrialsLogOnceAndAsItsCause() {
        String log = "The end of its log '/data/instance-logs/x/log':\nTraceback\nKeyError: 'MODE'";

        rows.fail(new FailedImport(
                model.id().value(),
                new Refusal(ImportEvents.trialStartFailed(), "exit code 3\n" + log, "Correct the package.")));

        List<Event> events = models.events(model.id());
        assertThat(events).extracting(Event::cause).containsExactly(null, "exit code 3\n" + log, "exit code 3");
        assertThat(events)
                .extracting(Event::advice)
                .containsExactly(null, "Correct the package.", "Correct the package.");
        assertThat(models.find(model.id()).orElseThrow().error()).isEqualTo("exit code 3");
    }
}
