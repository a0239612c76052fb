package dev.slipway.worker.liveness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipway.domain.model.Model;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Unavailable;
import dev.slipway.domain.service.Service;
import dev.slipway.domain.service.ServiceCommands;
import dev.slipway.domain.wait.Wait;
import dev.slipway.domain.wait.WaitCondition;
import dev.slipway.domain.workflow.WorkflowIds;
import dev.slipway.testing.instance.Await;
import dev.slipway.testing.model.InMemoryModelStore;
import dev.slipway.testing.model.Models;
import dev.slipway.testing.service.InMemoryServiceStore;
import dev.slipway.testing.service.Services;
import dev.slipway.testing.wait.InMemoryWaitStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkerLivenessCheckTests {

    private final InMemoryServiceStore services = new InMemoryServiceStore();
    private final InMemoryModelStore models = new InMemoryModelStore();
    private final List<String> asked = new ArrayList<>();
    private final List<Set<String>> dead = new ArrayList<>();
    private final Path folder;
    private final WorkerLock lock;
    private final WorkerLivenessCheck check;
    private final InMemoryWaitStore waits = new InMemoryWaitStore();
    private boolean temporalIsAway;
    private String stuck = "";

    WorkerLivenessCheckTests(@TempDir Path folder) {
        this.folder = folder;
        this.lock = WorkerLock.take(folder);
        this.check = new WorkerLivenessCheck(lock, services, models, waits, this::takeFrom);
    }

    @AfterEach
    void close() throws Exception {
        lock.close();
    }

    private int takeFrom(Set<String> workers, String workflow) {
        if (temporalIsAway || workflow.equals(stuck)) {
            throw new Unavailable(ErrorCode.UNAVAILABLE, "away");
        }
        dead.add(workers);
        asked.add(workflow);
        return 1;
    }

    @Test
    void takesNothingFromWhoeverLives() throws Exception {
        try (WorkerLock other = WorkerLock.take(folder)) {
            unfinished();
            Process process = holder();
            check.round();
            assertThat(asked).isEmpty();
            assertThat(lock.dead()).isEmpty();
            assertThat(other.identity()).isNotEqualTo(lock.identity());
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    void givesTheStepsOfAKilledWorkerToOthersOnce() throws Exception {
        Service service = unfinished();
        Model model = Models.asked("iris", "0.0.1");
        models.change(model.id(), row -> {
            row.insert(model);
            return true;
        });
        Process process = holder();
        process.destroyForcibly().waitFor();
        Await.until("its lock is free", () -> !lock.dead().isEmpty(), lock::dead);

        check.round();
        check.round();

        assertThat(dead).allSatisfy(workers -> assertThat(workers).containsExactly("worker-killed"));
        assertThat(asked)
                .containsExactly(
                        WorkflowIds.rollout(service.name(), service.id().value(), 1),
                        WorkflowIds.service(service.name(), service.id().value()),
                        WorkflowIds.model(
                                model.spec().name(),
                                model.spec().version(),
                                model.id().value()));
        assertThat(lock.dead()).isEmpty();
    }

    @Test
    void triesAgainWhenTemporalIsAway() throws Exception {
        unfinished();
        Files.createFile(folder.resolve("workers/worker-gone"));
        temporalIsAway = true;
        assertThatExceptionOfType(Unavailable.class).isThrownBy(check::round);

        temporalIsAway = false;
        check.round();

        assertThat(asked).isNotEmpty();
    }

    @Test
    void givesAlsoTheStepsOfARolloutThatAStopEnds() throws Exception {
        Service service = unfinished();
        services.change(service.id(), transaction -> {
            transaction.save(transaction.service().withNumbers(new Service.Numbers(2, 2, 0, 0)));
            return true;
        });
        Files.createFile(folder.resolve("workers/worker-gone"));
        check.round();

        assertThat(asked)
                .containsExactly(
                        WorkflowIds.rollout(service.name(), service.id().value(), 2),
                        WorkflowIds.rollout(service.name(), service.id().value(), 1),
                        WorkflowIds.service(service.name(), service.id().value()));
    }

    @Test
    void givesAlsoTheStepsOfRequestsThatWait() throws Exception {
        waits.put(new Wait("a-request", new WaitCondition.ModelSettled("model"), Services.NOON));
        Files.createFile(folder.resolve("workers/worker-gone"));
        check.round();

        assertThat(asked).containsExactly("a-request");
    }

    @Test
    void oneThatCannotBeAskedKeepsNoOther() throws Exception {
        Service service = unfinished();
        stuck = WorkflowIds.rollout(service.name(), service.id().value(), 1);
        Files.createFile(folder.resolve("workers/worker-gone"));
        assertThatExceptionOfType(Unavailable.class).isThrownBy(check::round);
        assertThatExceptionOfType(Unavailable.class).isThrownBy(check::round);
        assertThat(asked)
                .containsExactly(
                        WorkflowIds.service(service.name(), service.id().value()));
        assertThat(lock.dead()).isNotEmpty();

        stuck = "";
        check.round();
        assertThat(asked)
                .containsExactly(
                        WorkflowIds.service(service.name(), service.id().value()),
                        WorkflowIds.rollout(service.name(), service.id().value(), 1));
        assertThat(lock.dead()).isEmpty();
    }

    @Test
    void whoeverEndsByItselfLeavesNoLock() throws Exception {
        WorkerLock other = WorkerLock.take(folder);
        other.close();

        assertThat(folder.resolve("workers").resolve(other.identity())).doesNotExist();
    }

    private Service unfinished() {
        Model model = Services.published(Services.anyProject(), "iris", "0.0.1");
        services.put(model);
        Service service = new ServiceCommands(services, Services.pools(), lost -> {}, Clock.systemUTC())
                .create(
                        Services.caller(model.project()),
                        Services.creation("one", Services.request(model.id(), 1, 100)));
        services.change(service.id(), transaction -> {
            transaction.save(transaction.service().taking(1));
            return true;
        });
        return service;
    }

    /** A process that holds a worker's lock until it is killed. */
    private Process holder() throws Exception {
        Path file = folder.resolve("workers/worker-killed");
        Process process = new ProcessBuilder("python3", "-c", """
                        import fcntl, sys, time
                        file = open(sys.argv[1], 'w')
                        fcntl.lockf(file, fcntl.LOCK_EX)
                        print('locked', flush=True)
                        sys.stdin.read()
                        """, file.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertThat(process.inputReader().readLine()).isEqualTo("locked");
        assertThat(process.waitFor(0, TimeUnit.MILLISECONDS)).isFalse();
        return process;
    }
}
