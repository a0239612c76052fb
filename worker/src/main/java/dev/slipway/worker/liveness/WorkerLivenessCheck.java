package dev.slipway.worker.liveness;

import dev.slipway.domain.model.Model;
import dev.slipway.domain.model.ModelStore;
import dev.slipway.domain.problem.Unavailable;
import dev.slipway.domain.service.Service;
import dev.slipway.domain.service.ServiceId;
import dev.slipway.domain.service.ServiceStore;
import dev.slipway.worker.periodic.PeriodicTask;
import dev.slipway.workflows.contract.batch.BatchRun;
import dev.slipway.workflows.contract.model.ModelImport;
import dev.slipway.workflows.contract.rollout.Rollout;
import dev.slipway.workflows.contract.service.ServiceLifecycle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
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

    private final WorkerLock lock;
    private final ServiceStore services;
    private final ModelStore models;
    private final RunningActivities steps;
    private final PeriodicTask task;

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

    public WorkerLivenessCheck(WorkerLock lock, ServiceStore services, ModelStore models, RunningActivities steps) {
        this.lock = lock;
        this.services = services;
        this.models = models;
        this.steps = steps;
        this.task = new PeriodicTask("worker-liveness-check", PACE, this::round);
    }

    public void start() {
        task.start();
    }

    void round() {
        Set<String> dead = new HashSet<>(lock.dead());
        if (dead.isEmpty()) {
            return;
        }
        int taken = 0;
        for (String workflow : unfinished()) {
            taken += steps.takeFrom(dead, workflow);
        }
        dead.forEach(lock::forget);
        LOG.info("workers are dead identities={} steps_given_to_others={}", dead, taken);
    }

    private List<String> unfinished() {
        List<String> workflows = new ArrayList<>();
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
            workflows.add(ModelImport.id(model.id().value()));
        }
        return workflows;
    }

    private static void add(Service service, List<String> workflows) {
        String id = service.id().value();
        // Batch jobs first: they lose most by waiting.
        String taskId = service.taskId();
        if (taskId != null) {
            workflows.add(new BatchRun(id, taskId, 1).workflowId());
        } else {
            workflows.add(Rollout.id(id, service.numbers().generation()));
        }
        workflows.add(ServiceLifecycle.id(id));
    }

    @Override
    public void close() {
        task.close();
    }
}
