package dev.slipway.activities.request;

import dev.slipway.activities.failure.Failures;
import dev.slipway.domain.access.AccountStore;
import dev.slipway.domain.access.Caller;
import dev.slipway.domain.access.ProjectId;
import dev.slipway.domain.batch.BatchStore;
import dev.slipway.domain.model.Model;
import dev.slipway.domain.model.ModelId;
import dev.slipway.domain.model.ModelSpec;
import dev.slipway.domain.model.ModelStore;
import dev.slipway.domain.pool.Admission;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.domain.problem.Problem;
import dev.slipway.domain.problem.Unavailable;
import dev.slipway.domain.request.RequestCommands;
import dev.slipway.domain.request.RequestKey;
import dev.slipway.domain.request.Started;
import dev.slipway.domain.service.InferType;
import dev.slipway.domain.service.Service;
import dev.slipway.domain.service.ServiceCreation;
import dev.slipway.domain.service.ServiceId;
import dev.slipway.domain.service.ServiceStore;
import dev.slipway.domain.wait.Wait;
import dev.slipway.domain.wait.WaitCondition;
import dev.slipway.domain.wait.WaitStore;
import dev.slipway.domain.workflow.WorkflowIds;
import dev.slipway.formats.request.RequestReader;
import dev.slipway.formats.request.RequestReader.Request;
import dev.slipway.workflows.contract.request.AcceptedRequest;
import dev.slipway.workflows.contract.request.RequestActivities;
import dev.slipway.workflows.contract.request.RequestKind;
import dev.slipway.workflows.contract.request.RequestOrder;
import dev.slipway.workflows.contract.request.RequestStanding;
import dev.slipway.workflows.contract.request.Withdrawn;
import io.temporal.activity.Activity;
import io.temporal.common.converter.RawValue;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/** {@link RequestActivities}. */
public final class RequestActivitiesImpl implements RequestActivities {

    private static final String NOTHING_LEFT = "there was nothing left to take back";

    private final RequestCommands commands;
    private final Callers callers;
    private final RequestReader reader;
    private final RequestEnds ends;
    private final ModelStore models;
    private final ServiceStore services;
    private final WaitStore waits;
    private final Clock clock;

    /** @param objectHost so that {@code https://bucket.<objectHost>/key} is an object */
    public RequestActivitiesImpl(
            RequestCommands commands,
            AccountStore accounts,
            ModelStore models,
            ServiceStore services,
            BatchStore tasks,
            Admission admission,
            WaitStore waits,
            String objectHost,
            Clock clock) {
        this.commands = commands;
        this.callers = new Callers(accounts);
        this.reader = new RequestReader(objectHost);
        this.models = models;
        this.services = services;
        this.waits = waits;
        this.clock = clock;
        this.ends = new RequestEnds(models, services, tasks, new SlotQueue(admission));
    }

    @Override
    public AcceptedRequest accept(RequestOrder order, RawValue input) {
        try {
            return acceptOrRefuse(order, input);
        } catch (Unavailable away) {
            throw away;
        } catch (Problem refusal) {
            throw Failures.of(
                    refusal, callers.accountOf(RequestInput.projectIn(input)).orElse(null));
        }
    }

    @Override
    public void refuse(RequestOrder order, String why) {
        throw Failures.of(
                new Invalid(ErrorCode.PARAMETER, why), callers.accountOf(null).orElse(null));
    }

    private AcceptedRequest acceptOrRefuse(RequestOrder order, RawValue input) {
        byte[] json = RequestInput.json(input);
        RequestKey key = new RequestKey(order.workflowId(), order.firstRunId());
        return switch (order.kind()) {
            case IMPORT_MODEL -> {
                Request<ModelSpec> request = reader.model(json);
                Caller caller = callers.in(request.project(), order.workflowId());
                ModelSpec spec = request.content();
                yield accepted(
                        order.kind(),
                        caller,
                        "model",
                        "%s %s".formatted(spec.name(), spec.version()),
                        commands.importModel(key, caller, spec));
            }
            case DEPLOY_SERVICE -> {
                Request<ServiceCreation> request = reader.service(json, InferType.REAL_TIME);
                Caller caller = callers.in(request.project(), order.workflowId());
                ServiceCreation creation = request.content();
                yield accepted(
                        order.kind(),
                        caller,
                        "service",
                        creation.name(),
                        commands.deployService(key, caller, creation));
            }
            case RUN_BATCH -> {
                Request<ServiceCreation> request = reader.service(json, InferType.BATCH);
                Caller caller = callers.in(request.project(), order.workflowId());
                ServiceCreation creation = request.content();
                yield accepted(
                        order.kind(), caller, "batch job", creation.name(), commands.runBatch(key, caller, creation));
            }
        };
    }

    private static AcceptedRequest accepted(
            RequestKind kind, Caller caller, String what, String name, Started started) {
        String task = started.taskId();
        String title = "%s %s in project %s, id %s%s"
                .formatted(what, name, caller.projectName(), started.id(), task == null ? "" : ", task " + task);
        return new AcceptedRequest(kind, started.id(), title, caller.domainId(), started.generation(), task, name);
    }

    @Override
    public RequestStanding follow(RequestOrder order, AcceptedRequest accepted) {
        WaitCondition settled = accepted.kind() == RequestKind.IMPORT_MODEL
                ? new WaitCondition.ModelSettled(accepted.id())
                : new WaitCondition.ServiceSettled(accepted.id(), accepted.generation());
        waits.put(new Wait(order.workflowId(), settled, clock.instant()));
        RequestStanding standing = ends.of(accepted);
        if (standing.result() != null) {
            waits.remove(order.workflowId());
        }
        return standing;
    }

    @Override
    public Withdrawn withdraw(AcceptedRequest accepted, @Nullable RequestOrder order) {
        Started.Thing thing = accepted.kind() == RequestKind.IMPORT_MODEL ? Started.Thing.MODEL : Started.Thing.SERVICE;
        Started started = new Started(thing, accepted.id(), accepted.generation(), accepted.taskId());
        ProjectId project = project(started);
        if (project == null) {
            return new Withdrawn(NOTHING_LEFT, null);
        }
        return switch (commands.withdraw(started, callers.origin(project, request(order)))) {
            case TOO_LATE -> new Withdrawn(NOTHING_LEFT, null);
            case ENDING -> new Withdrawn(ending(accepted.kind()), null);
            case NEEDS_ROLLBACK ->
                new Withdrawn(
                        "the service goes back to what it served before",
                        WorkflowIds.rollout(accepted.name(), accepted.id(), accepted.generation()));
        };
    }

    /** Without an order if a worker of before called it: then the workflow of this step is the request. */
    private static String request(@Nullable RequestOrder order) {
        return order == null ? Activity.getExecutionContext().getInfo().getWorkflowId() : order.workflowId();
    }

    /** Null if it is gone. */
    private @Nullable ProjectId project(Started started) {
        return switch (started.thing()) {
            case MODEL ->
                models.find(new ModelId(started.id())).map(Model::project).orElse(null);
            case SERVICE ->
                services.find(new ServiceId(started.id())).map(Service::project).orElse(null);
        };
    }

    private static String ending(RequestKind kind) {
        return switch (kind) {
            case IMPORT_MODEL -> "the import ends and the model is gone";
            case DEPLOY_SERVICE -> "the service is stopped";
            case RUN_BATCH -> "the job is stopped";
        };
    }
}
