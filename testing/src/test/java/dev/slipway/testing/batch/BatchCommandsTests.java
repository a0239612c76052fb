package dev.slipway.testing.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipway.domain.batch.BatchCommands;
import dev.slipway.domain.batch.TaskCommand;
import dev.slipway.domain.batch.TaskControl;
import dev.slipway.domain.batch.TaskId;
import dev.slipway.domain.model.Model;
import dev.slipway.domain.problem.Conflict;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.domain.problem.NotFound;
import dev.slipway.domain.problem.Unavailable;
import dev.slipway.domain.service.Service;
import dev.slipway.domain.service.ServiceCommands;
import dev.slipway.domain.service.ServiceCreation;
import dev.slipway.domain.service.ServiceId;
import dev.slipway.domain.service.ServiceUpdate;
import dev.slipway.domain.service.Wanted;
import dev.slipway.testing.service.InMemoryServiceStore;
import dev.slipway.testing.service.MovingClock;
import dev.slipway.testing.service.Services;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BatchCommandsTests {

    private final MovingClock clock = new MovingClock(Services.NOON);
    private final InMemoryServiceStore services = new InMemoryServiceStore();
    private final InMemoryBatchStore tasks = new InMemoryBatchStore();
    private final List<ServiceId> woken = new ArrayList<>();
    private final Model model = Services.published(Services.anyProject(), "iris", "0.0.1");
    private final ServiceCommands doors = new ServiceCommands(services, Services.pools(), woken -> {}, clock);
    private final BatchCommands commands =
            new BatchCommands(services, tasks, service -> woken.add(service.id()), clock);

    @Test
    void writesWhatIsAskedWithItsEventAndWakes() {
        Service job = job();
        command(job, TaskCommand.PAUSE);
        command(job, TaskCommand.PAUSE);

        assertThat(control(job)).contains(new TaskControl(task(job), job.id(), 1, 0, true));
        assertThat(services.eventTexts(job.id())).containsOnlyOnce("Pausing batch job.");
        assertThat(woken).as("the second asks for nothing new").containsExactly(job.id());

        command(job, TaskCommand.RESUME);
        command(job, TaskCommand.RESUME);
        assertThat(control(job)).contains(new TaskControl(task(job), job.id(), 2, 0, false));
        assertThat(services.eventTexts(job.id())).containsOnlyOnce("Resuming batch job.");
        assertThat(woken).hasSize(2);
    }

    @Test
    void aResumeOfAJobThatIsNotPausedHasNoEffect() {
        Service job = job();
        command(job, TaskCommand.RESUME);

        assertThat(control(job)).isEmpty();
        assertThat(woken).isEmpty();
    }

    @Test
    void isAcceptedWhileTemporalIsAway() {
        Service job = job();
        new BatchCommands(
                        services,
                        tasks,
                        any -> {
                            throw new Unavailable(ErrorCode.UNAVAILABLE, "Temporal is away");
                        },
                        clock)
                .command(job.project(), job.id(), TaskCommand.PAUSE);

        assertThat(control(job)).isPresent();
    }

    @Test
    void refusesWhatHasNoRunningTask() {
        Service job = job();
        Service online = create(Services.creation("online", Services.request(model.id(), 1, 100)));
        assertThatExceptionOfType(Invalid.class)
                .isThrownBy(() -> command(online, TaskCommand.PAUSE))
                .withMessageContaining("'online' is real-time and has no task");
        assertThatExceptionOfType(NotFound.class)
                .isThrownBy(() -> commands.command(Services.anyProject(), job.id(), TaskCommand.PAUSE))
                .withMessageContaining("does not exist");

        doors.update(job.project(), job.id(), ServiceUpdate.ofStatus(Wanted.STOPPED));
        assertThatExceptionOfType(Conflict.class)
                .isThrownBy(() -> command(job, TaskCommand.PAUSE))
                .withMessageContaining("'job' is stopping")
                .satisfies(refused -> assertThat(refused.code()).isEqualTo(ErrorCode.WRONG_STATE));
        doors.delete(job.project(), List.of(job.id()));
        assertThatExceptionOfType(NotFound.class).isThrownBy(() -> command(job, TaskCommand.PAUSE));
        assertThat(control(job)).isEmpty();
    }

    @Test
    void passesOverATaskThatIsNotThePresentOne() {
        Service job = job();
        commands.command(new TaskId("former"), job.id(), TaskCommand.PAUSE);
        assertThat(tasks.control(new TaskId("former"))).isEmpty();

        commands.command(task(job), job.id(), TaskCommand.PAUSE);
        assertThat(control(job)).isPresent();
    }

    private Service job() {
        return create(Services.batchCreation("job", Services.batchRequest(model.id())));
    }

    private Service create(ServiceCreation creation) {
        services.put(model);
        return doors.create(Services.caller(model.project()), creation);
    }

    private void command(Service job, TaskCommand command) {
        commands.command(job.project(), job.id(), command);
    }

    private Optional<TaskControl> control(Service job) {
        return tasks.control(task(job));
    }

    private static TaskId task(Service job) {
        return new TaskId(String.valueOf(job.taskId()));
    }
}
