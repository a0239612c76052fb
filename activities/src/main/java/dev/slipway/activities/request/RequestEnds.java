package dev.slipway.activities.request;

import dev.slipway.domain.batch.BatchStore;
import dev.slipway.domain.batch.BatchTask;
import dev.slipway.domain.batch.TaskId;
import dev.slipway.domain.batch.TaskProgress;
import dev.slipway.domain.batch.TaskStatus;
import dev.slipway.domain.model.Model;
import dev.slipway.domain.model.ModelId;
import dev.slipway.domain.model.ModelStatus;
import dev.slipway.domain.model.ModelStore;
import dev.slipway.domain.service.InferType;
import dev.slipway.domain.service.Service;
import dev.slipway.domain.service.ServiceGeneration;
import dev.slipway.domain.service.ServiceId;
import dev.slipway.domain.service.ServiceState;
import dev.slipway.domain.service.ServiceStore;
import dev.slipway.domain.storage.ObjectUri;
import dev.slipway.workflows.contract.request.AcceptedRequest;
import dev.slipway.workflows.contract.request.RequestResult;
import dev.slipway.workflows.contract.request.RequestStanding;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads from the rows how the work of a request has ended. The answer is about this work, even if others have changed, stopped or deleted
 * the thing since.
 */
final class RequestEnds {

    private static final String RUNNING = "running";
    private static final String FAILED = "failed";
    private static final String STOPPED = "stopped";
    private static final String DELETED = "deleted";

    private final ModelStore models;
    private final ServiceStore services;
    private final BatchStore tasks;
    private final SlotQueue queue;

    RequestEnds(ModelStore models, ServiceStore services, BatchStore tasks, SlotQueue queue) {
        this.models = models;
        this.services = services;
        this.tasks = tasks;
        this.queue = queue;
    }

    RequestStanding of(AcceptedRequest accepted) {
        return switch (accepted.kind()) {
            case IMPORT_MODEL -> ofImport(accepted);
            case DEPLOY_SERVICE -> ofDeployment(accepted);
            case RUN_BATCH -> ofJob(accepted);
        };
    }

    private RequestStanding ofImport(AcceptedRequest accepted) {
        Model model = models.find(new ModelId(accepted.id())).orElse(null);
        if (model == null) {
            return result(accepted, DELETED, "the model was deleted before its import had ended");
        }
        if (model.status() == ModelStatus.PUBLISHING) {
            return new RequestStanding(
                    null,
                    "model '%s' is being imported".formatted(model.label()),
                    model.status().name().toLowerCase(Locale.ROOT));
        }
        return result(accepted, model.status().name().toLowerCase(Locale.ROOT), model.error());
    }

    private RequestStanding ofDeployment(AcceptedRequest accepted) {
        Service service = service(accepted);
        if (!isSettled(accepted, service)) {
            return goesOn(accepted, service);
        }
        ServiceGeneration generation = generation(accepted);
        if (generation.outcome() == ServiceGeneration.Outcome.SUCCESS) {
            return result(accepted, RUNNING, null);
        }
        boolean overtaken = !service.asksFor(accepted.generation());
        return result(accepted, overtaken ? endInstead(service) : FAILED, generation.cause());
    }

    private static String endInstead(Service service) {
        return switch (service.wanted()) {
            case STOPPED -> STOPPED;
            case DELETED -> DELETED;
            case RUNNING -> FAILED;
        };
    }

    /** The job counts as ended only when the service has ended too, so that a schedule can run it again at once. */
    private RequestStanding ofJob(AcceptedRequest accepted) {
        Service service = service(accepted);
        if (!isSettled(accepted, service)) {
            return goesOn(accepted, service);
        }
        ServiceGeneration generation = generation(accepted);
        BatchTask task = task(accepted);
        if (task != null && task.status().isEnd()) {
            return ofTask(accepted, task, generation);
        }
        boolean tellsOfIt = Objects.equals(accepted.taskId(), service.taskId())
                && (service.state() == ServiceState.FINISHED || service.state() == ServiceState.FAILED);
        return result(accepted, tellsOfIt ? service.state().wireName() : STOPPED, generation.cause());
    }

    /** What the task's row says, whatever became of the service afterwards. */
    private RequestStanding ofTask(AcceptedRequest accepted, BatchTask task, ServiceGeneration generation) {
        TaskProgress progress = tasks.progress(task.id()).orElseThrow();
        String status = task.status().wireName();
        boolean isFinished = task.status() == TaskStatus.FINISHED;
        RequestResult result = new RequestResult(
                accepted.id(),
                accepted.taskId(),
                status,
                isFinished ? null : firstOf(task.error(), generation.cause()),
                progress.records(),
                progress.failed(),
                task.manifest().map(ObjectUri::toString).orElse(null));
        return new RequestStanding(result, status, status);
    }

    private Service service(AcceptedRequest accepted) {
        return services.find(new ServiceId(accepted.id())).orElseThrow();
    }

    /** Whether the work's generation or a later one is settled. */
    private static boolean isSettled(AcceptedRequest accepted, Service service) {
        return service.numbers().observed() >= accepted.generation();
    }

    private RequestStanding goesOn(AcceptedRequest accepted, Service service) {
        String state = service.state().wireName();
        String task = accepted.taskId() == null ? "" : ", task " + accepted.taskId();
        String waitsFor = mayWait(service) ? queue.words(service) : "";
        String stands = "service '%s' is %s%s%s"
                .formatted(service.name(), state, task, waitsFor.isEmpty() ? "" : ": " + waitsFor);
        return new RequestStanding(null, stands, state);
    }

    /** A batch service that waits for slots is still deploying. */
    private static boolean mayWait(Service service) {
        return service.state() == ServiceState.WAITING
                || (service.state() == ServiceState.DEPLOYING && service.inferType() == InferType.BATCH);
    }

    private ServiceGeneration generation(AcceptedRequest accepted) {
        return services.change(
                new ServiceId(accepted.id()), transaction -> transaction.generation(accepted.generation()));
    }

    private @Nullable BatchTask task(AcceptedRequest accepted) {
        String task = accepted.taskId();
        return task == null ? null : tasks.find(new TaskId(task)).orElse(null);
    }

    private static @Nullable String firstOf(@Nullable String one, @Nullable String other) {
        return one == null ? other : one;
    }

    private static RequestStanding result(AcceptedRequest accepted, String status, @Nullable String error) {
        return new RequestStanding(new RequestResult(accepted.id(), accepted.taskId(), status, error), status, status);
    }
}
