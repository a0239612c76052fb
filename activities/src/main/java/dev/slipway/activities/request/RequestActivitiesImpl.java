package dev.slipway.activities.request;

import dev.slipway.domain.access.AccountStore;
import dev.slipway.domain.access.Caller;
import dev.slipway.domain.batch.BatchStore;
import dev.slipway.domain.model.ModelSpec;
import dev.slipway.domain.model.ModelStore;
import dev.slipway.domain.request.RequestDoor;
import dev.slipway.domain.request.RequestKey;
import dev.slipway.domain.request.Started;
import dev.slipway.domain.service.InferType;
import dev.slipway.domain.service.ServiceCreation;
import dev.slipway.domain.service.ServiceStore;
import dev.slipway.formats.request.RequestReader;
import dev.slipway.formats.request.RequestReader.Request;
import dev.slipway.workflows.contract.request.Entered;
import dev.slipway.workflows.contract.request.RequestActivities;
import dev.slipway.workflows.contract.request.RequestKind;
import dev.slipway.workflows.contract.request.RequestOrder;
import dev.slipway.workflows.contract.request.RequestResult;
import dev.slipway.workflows.contract.request.Withdrawn;
import dev.slipway.workflows.contract.rollout.Rollout;
import io.temporal.common.converter.RawValue;

/** {@link RequestActivities}. */
public final class RequestActivitiesImpl implements RequestActivities {

    private final RequestDoor door;
    private final Callers callers;
    private final RequestReader reader;
    private final RequestEnds ends;

    /** @param objectHost so that {@code https://bucket.<objectHost>/key} is an object */
    public RequestActivitiesImpl(
            RequestDoor door,
            AccountStore accounts,
            ModelStore models,
            ServiceStore services,
            BatchStore tasks,
            String objectHost) {
        this.door = door;
        this.callers = new Callers(accounts);
        this.reader = new RequestReader(objectHost);
        this.ends = new RequestEnds(models, services, tasks);
    }

    @Override
    public Entered enter(RequestOrder order, RawValue input) {
        byte[] json = RequestInput.json(input);
        RequestKey key = new RequestKey(order.workflowId(), order.firstRunId());
        return switch (order.kind()) {
            case IMPORT_MODEL -> {
                Request<ModelSpec> request = reader.model(json);
                Caller caller = callers.in(request.project());
                ModelSpec spec = request.wish();
                yield entered(
                        order.kind(),
                        caller,
                        "model %s %s".formatted(spec.name(), spec.version()),
                        door.importModel(key, caller, spec));
            }
            case DEPLOY_SERVICE -> {
                Request<ServiceCreation> request = reader.service(json, InferType.REAL_TIME);
                Caller caller = callers.in(request.project());
                ServiceCreation creation = request.wish();
                yield entered(
                        order.kind(), caller, "service " + creation.name(), door.deployService(key, caller, creation));
            }
            case RUN_BATCH -> {
                Request<ServiceCreation> request = reader.service(json, InferType.BATCH);
                Caller caller = callers.in(request.project());
                ServiceCreation creation = request.wish();
                yield entered(
                        order.kind(), caller, "batch job " + creation.name(), door.runBatch(key, caller, creation));
            }
        };
    }

    private static Entered entered(RequestKind kind, Caller caller, String what, Started started) {
        String task = started.taskId();
        String title = "%s in project %s, id %s%s"
                .formatted(what, caller.projectName(), started.id(), task == null ? "" : ", task " + task);
        return new Entered(kind, started.id(), title, caller.domainId(), started.generation(), task);
    }

    @Override
    public RequestResult follow(Entered entered) {
        return ends.of(entered);
    }

    @Override
    public Withdrawn withdraw(Entered entered) {
        Started.Thing thing = entered.kind() == RequestKind.IMPORT_MODEL ? Started.Thing.MODEL : Started.Thing.SERVICE;
        Started started = new Started(thing, entered.id(), entered.generation(), entered.taskId());
        return switch (door.withdraw(started)) {
            case TOO_LATE -> new Withdrawn("there was nothing left to take back", null);
            case ENDING -> new Withdrawn(ending(entered.kind()), null);
            case NEEDS_ROLLBACK ->
                new Withdrawn(
                        "the service goes back to what it served before",
                        Rollout.id(entered.id(), entered.generation()));
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
