package dev.slipway.activities.batch;

import dev.slipway.activities.instance.StateFollowers;
import dev.slipway.domain.batch.BatchCommands;
import dev.slipway.domain.batch.BatchEvents;
import dev.slipway.domain.batch.BatchStore;
import dev.slipway.domain.batch.BatchTask;
import dev.slipway.domain.batch.Seal;
import dev.slipway.domain.batch.TaskCommand;
import dev.slipway.domain.batch.TaskControl;
import dev.slipway.domain.batch.TaskId;
import dev.slipway.domain.batch.TaskProgress;
import dev.slipway.domain.batch.TaskSpec;
import dev.slipway.domain.batch.TaskStatus;
import dev.slipway.domain.event.Event;
import dev.slipway.domain.event.Origin;
import dev.slipway.domain.image.ImageDigest;
import dev.slipway.domain.instance.InstanceTemplate;
import dev.slipway.domain.instance.Placement;
import dev.slipway.domain.model.Model;
import dev.slipway.domain.model.ModelApi;
import dev.slipway.domain.model.ModelConfig;
import dev.slipway.domain.pool.Admission;
import dev.slipway.domain.pool.Claim;
import dev.slipway.domain.pool.Flavor;
import dev.slipway.domain.pool.Grant;
import dev.slipway.domain.pool.Pool;
import dev.slipway.domain.pool.Pools;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.domain.problem.NoCapacity;
import dev.slipway.domain.problem.NotFound;
import dev.slipway.domain.service.BatchEntry;
import dev.slipway.domain.service.JobLimits;
import dev.slipway.domain.service.Service;
import dev.slipway.domain.service.ServiceEntry;
import dev.slipway.domain.service.ServiceId;
import dev.slipway.domain.service.ServiceState;
import dev.slipway.domain.service.ServiceStore;
import dev.slipway.domain.service.ServiceTransaction;
import dev.slipway.domain.service.Wanted;
import dev.slipway.formats.model.ImageServer;
import dev.slipway.workflows.contract.batch.BatchEnd;
import dev.slipway.workflows.contract.batch.BatchResult;
import dev.slipway.workflows.contract.batch.BatchRun;
import dev.slipway.workflows.contract.batch.BatchTaskActivities;
import dev.slipway.workflows.contract.batch.OpenedTask;
import dev.slipway.workflows.contract.batch.TaskWish;
import dev.slipway.workflows.contract.pool.AdmissionResult;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@link BatchTaskActivities} over the rows. */
public final class BatchTaskActivitiesImpl implements BatchTaskActivities {
    // The callers of a job's instances wait for their answers, so no call that is still open at the job's end is
    // needed.
    private static final Duration DRAIN = Duration.ofSeconds(5);
    private static final int LEAST_PARALLELISM = 2;
    private static final int MOST_PARALLELISM = 8;

    private final ServiceStore services;
    private final BatchStore tasks;
    private final Admission admission;
    private final Pools pools;
    private final StateFollowers followers;
    private final Waits waits;
    private final Clock clock;
    private final BatchCommands commands;

    /**
     * How long a job waits before it fails.
     *
     * @param forStorage for object storage that does not answer
     */
    public record Waits(Duration forSlots, Duration forStorage) {}

    public BatchTaskActivitiesImpl(
            ServiceStore services,
            BatchStore tasks,
            Admission admission,
            Pools pools,
            StateFollowers followers,
            Waits waits,
            Clock clock) {
        this.services = services;
        this.tasks = tasks;
        this.admission = admission;
        this.pools = pools;
        this.followers = followers;
        this.waits = waits;
        this.clock = clock;
        // The workflow that gives a command looks itself afterwards.
        this.commands = new BatchCommands(services, tasks, service -> {}, clock);
    }

    @Override
    public OpenedTask open(BatchRun run) {
        TaskId id = new TaskId(run.taskId());
        ServiceId service = new ServiceId(run.serviceId());
        Optional<BatchTask> row = tasks.find(id);
        if (row.isPresent()) {
            BatchTask task = row.get();
            Instant removed = task.workRemovedAt();
            return run.attempt() > 1 && removed != null ? neverBegun(notRepairable(task, removed)) : opened(task);
        }
        TaskSpec spec;
        try {
            spec = services.change(service, transaction -> specOrNull(id, transaction));
        } catch (Invalid | NotFound e) {
            return neverBegun(new BatchResult(BatchEnd.FAILED, e.getMessage(), 0, 0, 0));
        }
        if (spec == null) {
            return neverBegun(new BatchResult(BatchEnd.STOPPED, null, 0, 0, 0));
        }
        return opened(tasks.open(BatchTask.draft(id, service, spec, clock.instant())));
    }

    private OpenedTask neverBegun(BatchResult result) {
        return new OpenedTask(
                "", LEAST_PARALLELISM, Duration.ZERO, waits.forSlots(), false, result, waits.forStorage(), false, null);
    }

    private static BatchResult notRepairable(BatchTask task, Instant removed) {
        String error =
                "batch task '%s' cannot be repaired: its plan, parts and commits were removed at %s (retention.batch, or its service was deleted); start the service again, which makes a new task"
                        .formatted(task.id(), removed);
        return new BatchResult(BatchEnd.FAILED, error, 0, 0, 0);
    }

    private OpenedTask opened(BatchTask task) {
        TaskSpec spec = task.spec();
        return new OpenedTask(
                "%s over %s".formatted(spec.template().label(), spec.entry().source()),
                Math.clamp(spec.slots().count(), LEAST_PARALLELISM, MOST_PARALLELISM),
                Duration.ofMinutes(spec.deployTimeoutMinutes()),
                waits.forSlots(),
                task.seal() != null,
                task.status().isEnd() ? result(task) : null,
                waits.forStorage(),
                wish(task.id()).isPaused(),
                spec.deadline());
    }

    /** Null if the service has a newer task. */
    private @Nullable TaskSpec specOrNull(TaskId id, ServiceTransaction transaction) {
        Service service = transaction.service();
        if (!id.value().equals(service.taskId())) {
            return null;
        }
        ServiceEntry entry = service.asked().entries().getFirst();
        BatchEntry batch = entry.batch();
        if (batch == null) {
            throw new Invalid(ErrorCode.PARAMETER, "service '%s' is no batch service".formatted(service.id()));
        }
        Model model = transaction.lockModel(entry.model());
        ImageDigest image = model.image();
        if (image == null) {
            throw new Invalid(ErrorCode.MODEL_NOT_PUBLISHED, "model '%s' is not published".formatted(entry.label()));
        }
        Pool pool = pools.named(entry.pool());
        Flavor flavor = pool.flavor(entry.specification()).flavor();
        InstanceTemplate template = InstanceTemplate.ofEngine(
                        image,
                        entry.label(),
                        model.spec().type(),
                        flavor,
                        entry.envs(),
                        DRAIN,
                        new Placement(
                                pool.name(),
                                service.project(),
                                Map.of(
                                        Placement.SERVICE, service.id().value(),
                                        Placement.MODEL, entry.model().value(),
                                        Placement.TASK, id.value())))
                .withProcess(ImageServer.of(model))
                .withStartLimit(Duration.ofMinutes(entry.deployTimeoutMinutes()))
                .withEnvironment(model.environmentSpec());
        TaskSpec.Slots slots = new TaskSpec.Slots(entry.pool(), entry.instanceCount(), service.priority());
        return new TaskSpec(
                batch,
                api(model, batch.requestUri()),
                template,
                slots,
                entry.deployTimeoutMinutes(),
                deadlineOrNull(batch, transaction));
    }

    /** It counts from the command, so that time in which no worker ran is not given on top. */
    private static @Nullable Instant deadlineOrNull(BatchEntry batch, ServiceTransaction transaction) {
        JobLimits limits = batch.limits();
        Duration deadline = limits == null ? null : limits.deadline();
        long generation = transaction.service().numbers().generation();
        return deadline == null
                ? null
                : transaction.generation(generation).acceptedAt().plus(deadline);
    }

    /** The model's api with that url; for a model without apis, the default one. */
    private static ModelApi api(Model model, String url) {
        ModelConfig config = model.config();
        if (config != null) {
            for (ModelApi api : config.apis()) {
                if (api.url().equals(url) && api.method().equals("POST")) {
                    return api;
                }
            }
        }
        return new ModelApi(url, "POST", null, null, null, null, null, false);
    }

    @Override
    public AdmissionResult claimSlots(BatchRun run) {
        BatchTask task = task(run);
        TaskSpec.Slots wanted = task.spec().slots();
        String flavor = task.spec().template().flavor().name();
        Claim claim =
                new Claim(task.id().holder(), wanted.pool(), flavor, wanted.count(), priority(task), run.workflowId());
        Grant grant;
        try {
            grant = admission.claim(claim);
        } catch (NoCapacity e) {
            return slots(AdmissionResult.State.IMPOSSIBLE, e.getMessage());
        }
        return switch (grant) {
            case Grant.Granted granted ->
                slots(
                        AdmissionResult.State.GRANTED,
                        "%d slots of %s in %s".formatted(granted.count(), flavor, wanted.pool()));
            case Grant.Waiting waiting -> waits(task, waiting);
            case Grant.None ignored ->
                throw new IllegalStateException("task '%s': a claim left no row".formatted(task.id()));
        };
    }

    /** The one that its service has now: it may have been changed while the job waits. */
    private int priority(BatchTask task) {
        return services.find(task.service())
                .map(Service::priority)
                .orElse(task.spec().slots().priority());
    }

    /** The service stays {@code deploying}: a batch service is never shown as waiting, what it waits for stands beside its state. */
    private AdmissionResult waits(BatchTask task, Grant.Waiting waiting) {
        Event event = Event.abnormal(
                task.service().value(),
                "batch-waits-" + task.id(),
                "Lack of resources, transform state to waiting.",
                "%d slots of '%s' in pool '%s' are wanted, %d are free"
                        .formatted(
                                waiting.wanted(),
                                task.spec().template().flavor().name(),
                                task.spec().slots().pool(),
                                waiting.free()),
                "It starts by itself when slots are free; stop other services to free some.",
                clock.instant());
        services.change(task.service(), transaction -> {
            transaction.record(event);
            return true;
        });
        return slots(
                AdmissionResult.State.WAITING,
                "position %d, wants %d, %d free".formatted(waiting.position(), waiting.wanted(), waiting.free()));
    }

    private static AdmissionResult slots(AdmissionResult.State state, @Nullable String details) {
        return new AdmissionResult(state, String.valueOf(details));
    }

    @Override
    public void running(BatchRun run) {
        BatchTask task = task(run);
        tasks.started(task.id(), clock.instant());
        changeState(task, ServiceState.DEPLOYING, ServiceState.RUNNING);
    }

    /** Changes the state of the service, as long as it asks for this task to run. */
    private void changeState(BatchTask task, ServiceState from, ServiceState to) {
        Optional<Service> changed = services.change(task.service(), transaction -> {
            Service service = transaction.service();
            boolean ours = task.id().value().equals(service.taskId()) && service.wanted() == Wanted.RUNNING;
            if (!ours || service.state() != from) {
                return Optional.empty();
            }
            transaction.save(service.withState(to, clock.instant()));
            return Optional.of(service);
        });
        changed.ifPresent(followers::tell);
    }

    @Override
    public TaskWish wish(BatchRun run) {
        return wish(new TaskId(run.taskId()));
    }

    private TaskWish wish(TaskId id) {
        TaskControl control = tasks.control(id).orElse(null);
        if (control == null) {
            return new TaskWish(false);
        }
        tasks.taken(id, control.revision());
        return new TaskWish(control.isPaused());
    }

    @Override
    public void command(BatchRun run, TaskCommand command) {
        ServiceId service = new ServiceId(run.serviceId());
        commands.by(givenInTemporal(service, run)).command(new TaskId(run.taskId()), service, command);
    }

    /** Null if the service is gone. */
    private @Nullable Origin givenInTemporal(ServiceId service, BatchRun run) {
        return services.find(service)
                .map(found -> new Origin("temporal", found.project().value(), run.workflowId()))
                .orElse(null);
    }

    @Override
    public void paused(BatchRun run) {
        BatchTask task = task(run);
        long revision = tasks.control(task.id()).map(TaskControl::revision).orElse(0L);
        services.change(task.service(), transaction -> {
            tasks.paused(task.id());
            transaction.record(
                    BatchEvents.paused(task, tasks.progress(task.id()).orElseThrow(), revision, clock.instant()));
            return true;
        });
    }

    @Override
    public void resumed(BatchRun run) {
        tasks.resumed(new TaskId(run.taskId()));
    }

    @Override
    public BatchEnd seal(BatchRun run, BatchEnd end, String error) {
        BatchTask task = task(run);
        Seal seal =
                switch (end) {
                    case FINISHED -> Seal.finished();
                    case STOPPED -> Seal.stopped();
                    case FAILED -> Seal.failed(error);
                };
        return BatchEnd.valueOf(tasks.seal(task.id(), seal).end().name());
    }

    @Override
    public BatchResult end(BatchRun run, String outputError) {
        TaskId id = new TaskId(run.taskId());
        return result(tasks.end(id, outputError.isEmpty() ? null : outputError, clock.instant()));
    }

    private BatchResult result(BatchTask task) {
        TaskProgress progress = tasks.progress(task.id()).orElseThrow();
        return new BatchResult(
                BatchEnd.valueOf(task.status().name()),
                task.status() == TaskStatus.FAILED ? task.error() : null,
                progress.files(),
                progress.records(),
                progress.failed());
    }

    private BatchTask task(BatchRun run) {
        TaskId id = new TaskId(run.taskId());
        return tasks.find(id)
                .orElseThrow(() ->
                        new NotFound(ErrorCode.BATCH_TASK_UNKNOWN, "batch task '%s' does not exist".formatted(id)));
    }
}
