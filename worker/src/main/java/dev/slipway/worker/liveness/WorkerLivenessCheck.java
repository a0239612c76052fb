package dev.slipway.worker.liveness;

import dev.slipway.domain.model.Model;
import dev.slipway.domain.model.ModelStore;
import dev.slipway.domain.problem.Unavailable;
import dev.slipway.domain.service.Service;
import dev.slipway.domain.service.ServiceId;
import dev.slipway.domain.service.ServiceStore;
import dev.slipway.domain.wait.WaitStore;
import dev.slipway.domain.workflow.WorkflowIds;
import dev.slipway.worker.periodic.PeriodicTask;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets activities that a dead worker of this machine had begun be retried at once. So heartbeat time-outs can be as long as a starved
 * machine or a restart of Temporal needs. Each worker does this for its own machine, for the workflows of all unfinished things.
 */
public final class WorkerLivenessCheck implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(WorkerLivenessCheck.class);
    private static final Duration PACE = Duration.ofSeconds(2);
    private static final int PAGE = 500;
    private static final int OLDER_ROLLOUTS = 3;

    private final WorkerLock lock;
    private final ServiceStore services;
    private final ModelStore models;
    private final WaitStore waits;
    private final RunningActivities steps;
    private final PeriodicTask task;
    private Set<String> dead = Set.of();
    /** Workflows whose activities were taken from all of {@link #dead}. */
    private final Set<String> done = new HashSet<>();

    /** The activities that are running, as Temporal knows them. */
    @FunctionalInterface
    public interface RunningActivities {

        /**
         * Lets the activities of the workflow that these workers had begun be retried.
         *
         * @return how many there were; 0 also if no such workflow runs
         * @throws Unavailable if Temporal does not answer
         */
        int takeFrom(Set<String> workers, String workflowId);
    }

    public WorkerLivenessCheck(
            WorkerLock lock, ServiceStore services, ModelStore models, WaitStore waits, RunningActivities steps) {
        this.lock = lock;
        this.waits = waits;
        this.services = services;
        this.models = models;
        this.steps = steps;
        this.task = new PeriodicTask("worker-liveness-check", PACE, this::round);
    }

    public void start() {
        task.start();
    }

    /** A workflow that cannot be asked now is asked again in the next round, alone. */
    void round() {
        Set<String> found = new HashSet<>(lock.dead());
        if (!found.equals(dead)) {
            done.clear();
            dead = found;
        }
        if (dead.isEmpty()) {
            return;
        }
        int taken = 0;
        Unavailable failure = null;
        for (String workflow : unfinished()) {
            try {
                if (!done.contains(workflow)) {
                    taken += steps.takeFrom(dead, workflow);
                    done.add(workflow);
                }
            } catch (Unavailable later) {
                failure = later;
            }
        }
        LOG.info("workers are dead identities={} steps_given_to_others={} all={}", dead, taken, failure == null);
        if (failure != null) {
            throw failure;
        }
        dead.forEach(lock::forget);
    }

    private Set<String> unfinished() {
        Set<String> workflows = new LinkedHashSet<>();
        List<Service> page;
        @Nullable ServiceId after = null;
        do {
            page = services.unsettled(after, PAGE);
            for (Service service : page) {
                after = service.id();
                add(service, workflows);
            }
        } while (page.size() == PAGE);
        for (Model model : models.unfinished(null, Integer.MAX_VALUE)) {
            workflows.add(WorkflowIds.model(
                    model.spec().name(), model.spec().version(), model.id().value()));
        }
        // What else waits: request workflows, rollouts of services that have a newer command.
        waits.all().forEach(wait -> workflows.add(wait.workflowId()));
        return workflows;
    }

    private static void add(Service service, Set<String> workflows) {
        String id = service.id().value();
        String name = service.name();
        // Batch jobs first: they lose most by waiting.
        String taskId = service.taskId();
        if (taskId != null) {
            workflows.add(WorkflowIds.job(name, taskId, 1));
        } else {
            // A stop or a deletion has a generation of its own, beside that of the rollout that it ends.
            Service.Numbers numbers = service.numbers();
            long oldest = Math.max(numbers.observed() + 1, numbers.generation() - OLDER_ROLLOUTS);
            for (long generation = numbers.generation(); generation >= oldest; generation--) {
                workflows.add(WorkflowIds.rollout(name, id, generation));
            }
        }
        workflows.add(WorkflowIds.service(name, id));
    }

    @Override
    public void close() {
        task.close();
    }
}
