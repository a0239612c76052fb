package dev.slipway.worker.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.domain.batch.BatchCommands;
import dev.slipway.domain.batch.TaskCommand;
import dev.slipway.domain.batch.TaskId;
import dev.slipway.domain.model.Model;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Unavailable;
import dev.slipway.domain.service.Service;
import dev.slipway.domain.service.ServiceCommands;
import dev.slipway.domain.service.ServiceId;
import dev.slipway.domain.service.ServiceUpdate;
import dev.slipway.domain.service.Wanted;
import dev.slipway.testing.batch.InMemoryBatchStore;
import dev.slipway.testing.service.InMemoryServiceStore;
import dev.slipway.testing.service.MovingClock;
import dev.slipway.testing.service.Services;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TaskControlSweeperTests {

    private final MovingClock clock = new MovingClock(Services.NOON);
    private final InMemoryServiceStore services = new InMemoryServiceStore();
    private final InMemoryBatchStore tasks = new InMemoryBatchStore();
    private final ServiceCommands commands = new ServiceCommands(services, Services.pools(), woken -> {}, clock);
    private final List<ServiceId> woken = new ArrayList<>();
    private boolean leads = true;

    private final TaskControlSweeper sweeper =
            new TaskControlSweeper(tasks, services, service -> woken.add(service.id()), () -> leads, clock);

    private Service paused() {
        Model model = Services.published(Services.anyProject(), "iris", "0.0.1");
        services.put(model);
        Service service = commands.create(
                Services.caller(model.project()), Services.batchCreation("job", Services.batchRequest(model.id())));
        BatchCommands lost = new BatchCommands(
                services,
                tasks,
                any -> {
                    throw new Unavailable(ErrorCode.UNAVAILABLE, "Temporal is away");
                },
                clock);
        lost.command(service.project(), service.id(), TaskCommand.PAUSE);
        return service;
    }

    @Test
    void wakesAServiceWhoseTaskHasNotTakenWhatWasAsked() {
        Service service = paused();
        sweeper.round();
        assertThat(woken).as("its own wake may be on its way").isEmpty();

        clock.pass(Duration.ofSeconds(3));
        sweeper.round();
        sweeper.round();
        assertThat(woken).as("not at each round").containsExactly(service.id());

        clock.pass(Duration.ofSeconds(3));
        sweeper.round();
        assertThat(woken).hasSize(2);

        tasks.taken(new TaskId(String.valueOf(service.taskId())), 1);
        clock.pass(Duration.ofMinutes(3));
        sweeper.round();
        assertThat(woken).hasSize(2);
    }

    @Test
    void leavesATaskAloneThatIsStopped() {
        Service service = paused();
        commands.update(service.project(), service.id(), ServiceUpdate.ofStatus(Wanted.STOPPED));
        clock.pass(Duration.ofSeconds(3));
        sweeper.round();

        assertThat(woken).isEmpty();
    }

    @Test
    void doesNothingUnlessItLeads() {
        paused();
        clock.pass(Duration.ofSeconds(3));
        leads = false;
        sweeper.round();

        assertThat(woken).isEmpty();
    }
}
