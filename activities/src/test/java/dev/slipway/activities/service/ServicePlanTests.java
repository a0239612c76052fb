package dev.slipway.activities.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.domain.batch.BatchTask;
import dev.slipway.domain.batch.Seal;
import dev.slipway.domain.batch.TaskId;
import dev.slipway.domain.model.Model;
import dev.slipway.domain.service.Service;
import dev.slipway.domain.service.ServiceCommands;
import dev.slipway.testing.batch.InMemoryBatchStore;
import dev.slipway.testing.batch.Tasks;
import dev.slipway.testing.instance.InMemoryInstanceSetStore;
import dev.slipway.testing.model.Models;
import dev.slipway.testing.rollout.InMemoryRolloutStore;
import dev.slipway.testing.service.InMemoryServiceStore;
import dev.slipway.testing.service.Services;
import dev.slipway.testing.wait.InMemoryWaitStore;
import dev.slipway.workflows.contract.service.ServicePlan;
import dev.slipway.workflows.contract.service.ServicePlan.Next;
import dev.slipway.workflows.contract.service.ServiceStep;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What the workflow of a service reads from its row. */
class ServicePlanTests {

    private final InMemoryServiceStore services = new InMemoryServiceStore();
    private final InMemoryBatchStore tasks = new InMemoryBatchStore();
    private final ServiceCommands commands =
            new ServiceCommands(services, Services.pools(), service -> {}, Clock.systemUTC());
    private final ServiceActivitiesImpl activities = new ServiceActivitiesImpl(
            services,
            new InMemoryInstanceSetStore(),
            new InMemoryRolloutStore(),
            tasks,
            new InMemoryWaitStore(),
            commands,
            Clock.systemUTC());

    private ServicePlan plan(Service service) {
        return activities.plan(service.id().value());
    }

    private Model published(String version) {
        Model model = Services.published(Models.PROJECT, "iris", version);
        services.put(model);
        return model;
    }

    @Test
    void titlesOfAnUpgradeSayFromWhatToWhat() {
        Service service = commands.create(
                Services.caller(Models.PROJECT),
                Services.creation("online", Services.request(published("0.0.1").id(), 2, 100)));
        assertThat(plan(service).title()).isEqualTo("online: 2 x iris 0.0.1");
        activities.share(new ServiceStep(service.id().value(), 1, "service/online"));
        assertThat(plan(service).title()).isEqualTo("online: 2 x iris 0.0.1");

        commands.deployAgain(
                service,
                Services.creation("online", Services.request(published("0.0.2").id(), 2, 100)));
        ServicePlan upgrade = plan(service);
        assertThat(upgrade.next()).isEqualTo(Next.ROLL_OUT);
        assertThat(upgrade.title()).isEqualTo("online: 2 x iris 0.0.1 -> 2 x iris 0.0.2");
    }

    @Test
    void saysWhetherTheJobHasEndedAlsoOnceTheServiceIsDeleted() {
        Service job = commands.create(
                Services.caller(Models.PROJECT),
                Services.batchCreation(
                        "nightly", Services.batchRequest(published("0.0.1").id())));
        TaskId task = new TaskId(Objects.requireNonNull(job.taskId()));
        assertThat(plan(job).jobHasEnded()).isFalse();
        tasks.open(BatchTask.draft(task, job.id(), Tasks.spec(), Services.NOON));
        tasks.seal(task, Seal.finished());
        assertThat(plan(job).jobHasEnded())
                .as("its results are not written yet")
                .isFalse();
        tasks.end(task, null, Services.NOON);
        assertThat(plan(job).jobHasEnded()).isTrue();

        commands.delete(Models.PROJECT, List.of(job.id()));
        assertThat(plan(job).next()).isEqualTo(Next.DELETE);
        assertThat(plan(job).jobHasEnded()).isTrue();
    }
}
