package dev.slipway.activities.request;

import dev.slipway.activities.failure.Failures;
import dev.slipway.domain.batch.BatchStore;
import dev.slipway.domain.batch.BatchTask;
import dev.slipway.domain.batch.TaskId;
import dev.slipway.domain.model.Model;
import dev.slipway.domain.model.ModelId;
import dev.slipway.domain.model.ModelStatus;
import dev.slipway.domain.model.ModelStore;
import dev.slipway.domain.service.Service;
import dev.slipway.domain.service.ServiceGeneration;
import dev.slipway.domain.service.ServiceId;
import dev.slipway.domain.service.ServiceState;
import dev.slipway.domain.service.ServiceStore;
import dev.slipway.workflows.contract.request.Entered;
import dev.slipway.workflows.contract.request.RequestResult;
import io.temporal.failure.ApplicationFailure;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads from the rows how work has ended. Whoever else has changed, stopped or deleted it meanwhile: the answer is about this work. */
final class RequestEnds {

    private static final String RUNNING = "running";
    private static final String FAILED = "failed";
    private static final String STOPPED = "stopped";
    private static final String DELETED = "deleted";

    private final ModelStore models;
    private final ServiceStore services;
    private final BatchStore tasks;

    RequestEnds(ModelStore models, ServiceStore services, BatchStore tasks) {
        this.models = models;
        this.services = services;
        this.tasks = tasks;
    }

    /** @throws ApplicationFailure UNDER_WAY if it has not ended */
    RequestResult of(Entered entered) {
        return switch (entered.kind()) {
            case IMPORT_MODEL -> ofImport(entered);
            case DEPLOY_SERVICE -> ofDeployment(entered);
            case RUN_BATCH -> ofJob(entered);
        };
    }

    private RequestResult ofImport(Entered entered) {
        Model model = models.find(new ModelId(entered.id())).orElse(null);
        if (model == null) {
            return result(entered, DELETED, "the model was deleted before its import had ended");
        }
        if (model.status() == ModelStatus.PUBLISHING) {
            throw Failures.underWay("model '%s' is being imported".formatted(model.label()));
        }
        return result(entered, model.status().name().toLowerCase(Locale.ROOT), model.error());
    }

    private RequestResult ofDeployment(Entered entered) {
        Service service = settled(entered);
        ServiceGeneration generation = generation(entered);
        if (generation.outcome() == ServiceGeneration.Outcome.SUCCESS) {
            return result(entered, RUNNING, null);
        }
        boolean overtaken = !service.asksFor(entered.generation());
        return result(entered, overtaken ? endInstead(service) : FAILED, generation.cause());
    }

    private static String endInstead(Service service) {
        return switch (service.wanted()) {
            case STOPPED -> STOPPED;
            case DELETED -> DELETED;
            case RUNNING -> FAILED;
        };
    }

    /** Ended when the service says so too: a schedule that runs it again the next moment must not be refused. */
    private RequestResult ofJob(Entered entered) {
        Service service = settled(entered);
        ServiceGeneration generation = generation(entered);
        BatchTask task = task(entered);
        if (task != null && task.status().isEnd()) {
            return result(entered, task.status().wireName(), firstOf(task.error(), generation.cause()));
        }
        boolean tellsOfIt = Objects.equals(entered.taskId(), service.taskId())
                && (service.state() == ServiceState.FINISHED || service.state() == ServiceState.FAILED);
        return result(entered, tellsOfIt ? service.state().wireName() : STOPPED, generation.cause());
    }

    /** The service once the work's generation, or a later one in its place, is settled. */
    private Service settled(Entered entered) {
        Service service = services.find(new ServiceId(entered.id())).orElseThrow();
        if (service.numbers().observed() < entered.generation()) {
            throw Failures.underWay(howItStands(entered, service));
        }
        return service;
    }

    private String howItStands(Entered entered, Service service) {
        String stands =
                "service '%s' is %s".formatted(service.name(), service.state().wireName());
        String task = entered.taskId();
        return task == null
                ? stands
                : stands
                        + tasks.progress(new TaskId(task))
                                .map(progress ->
                                        ", %d of %d records done".formatted(progress.done(), progress.records()))
                                .orElse("");
    }

    private ServiceGeneration generation(Entered entered) {
        return services.change(
                new ServiceId(entered.id()), transaction -> transaction.generation(entered.generation()));
    }

    private @Nullable BatchTask task(Entered entered) {
        String task = entered.taskId();
        return task == null ? null : tasks.find(new TaskId(task)).orElse(null);
    }

    private static @Nullable String firstOf(@Nullable String one, @Nullable String other) {
        return one == null ? other : one;
    }

    private static RequestResult result(Entered entered, String status, @Nullable String error) {
        return new RequestResult(entered.id(), entered.taskId(), status, error);
    }
}
