package dev.slipway.workflows.model;

import dev.slipway.domain.model.ImportEvents;
import dev.slipway.workflows.contract.Attributes;
import dev.slipway.workflows.contract.FailureTypes;
import dev.slipway.workflows.contract.Queues;
import dev.slipway.workflows.contract.model.BuildOrder;
import dev.slipway.workflows.contract.model.Built;
import dev.slipway.workflows.contract.model.Checked;
import dev.slipway.workflows.contract.model.FailedImport;
import dev.slipway.workflows.contract.model.ImageOfModel;
import dev.slipway.workflows.contract.model.ImportInput;
import dev.slipway.workflows.contract.model.ImportResult;
import dev.slipway.workflows.contract.model.ImportRows;
import dev.slipway.workflows.contract.model.ImportStart;
import dev.slipway.workflows.contract.model.ImportSteps;
import dev.slipway.workflows.contract.model.ModelImport;
import dev.slipway.workflows.contract.model.Refusal;
import dev.slipway.workflows.contract.model.Trial;
import dev.slipway.workflows.progress.ProgressLog;
import io.temporal.activity.ActivityOptions;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.CanceledFailure;
import io.temporal.workflow.Async;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.CompletablePromise;
import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** {@link ModelImport}: check, build, start on trial, publish, all within one hour. */
public final class ModelImportImpl implements ModelImport {

    private static final Duration LIMIT = Duration.ofMinutes(60);
    private static final Duration HEARTBEAT = Duration.ofSeconds(20);

    private final ImportRows rows = Workflow.newActivityStub(
            ImportRows.class,
            ActivityOptions.newBuilder()
                    .setTaskQueue(Queues.CONTROL)
                    .setStartToCloseTimeout(Duration.ofMinutes(1))
                    .build());
    private final ImportSteps steps = Workflow.newActivityStub(
            ImportSteps.class,
            ActivityOptions.newBuilder()
                    .setTaskQueue(Queues.BUILD)
                    .setStartToCloseTimeout(LIMIT)
                    .setHeartbeatTimeout(HEARTBEAT)
                    .build());

    private boolean signalled;

    @Override
    public void wake() {
        signalled = true;
    }

    @Override
    public ImportResult importModel(ImportInput input) {
        String modelId = input.modelId();
        signalled = false;
        ImportStart begun = rows.begin(modelId);
        if (begun.ended() != null) {
            return begun.ended();
        }
        Workflow.upsertTypedSearchAttributes(
                Attributes.KIND.valueSet("model"),
                Attributes.RESOURCE.valueSet(modelId),
                Attributes.TENANT.valueSet(begun.tenant()),
                Attributes.STATUS.valueSet("publishing"));
        ProgressLog progress = new ProgressLog("import of model " + begun.label(), List.of());
        ImportResult result = importWithinLimit(modelId, progress);
        progress.add(result.error() == null ? result.status() : result.status() + ": " + result.error());
        Workflow.upsertTypedSearchAttributes(Attributes.STATUS.valueSet(result.status()));
        return result;
    }

    /** The steps run in a scope of their own, so that a deletion, the deadline or a cancellation ends them. */
    private ImportResult importWithinLimit(String modelId, ProgressLog progress) {
        Instant deadline = now().plus(LIMIT);
        CompletablePromise<ImportResult> ending = Workflow.newPromise();
        CancellationScope work = Workflow.newCancellationScope(() -> {
            Promise<ImportResult> done = Async.function(this::importStepByStep, modelId, progress);
            ending.completeFrom(done);
        });
        work.run();
        try {
            while (!ending.isCompleted()) {
                signalled = false;
                if (!Workflow.await(until(deadline), () -> ending.isCompleted() || signalled)) {
                    work.cancel("deadline");
                    return fail(modelId, timeout());
                }
                if (!ending.isCompleted() && !rows.isWanted(modelId)) {
                    work.cancel("the model was deleted");
                    return ImportResult.deleted();
                }
            }
            return ending.get();
        } catch (CanceledFailure cancelled) {
            return failDetached(modelId, cancelled());
        }
    }

    private ImportResult importStepByStep(String modelId, ProgressLog progress) {
        try {
            progress.add("checking the package");
            Checked checked = steps.check(modelId);
            if (checked.refusal() != null) {
                return fail(modelId, checked.refusal());
            }
            progress.add("building the image of %d files, %d bytes".formatted(checked.files(), checked.bytes()));
            Built built = steps.build(new BuildOrder(modelId, checked.fingerprint()));
            if (built.refusal() != null) {
                return fail(modelId, built.refusal());
            }
            ImageOfModel image = new ImageOfModel(modelId, built.image());
            progress.add("starting it on trial, image " + built.image());
            Trial trial = steps.startOnTrial(image);
            if (trial.refusal() != null) {
                return fail(modelId, trial.refusal());
            }
            return rows.publish(image);
        } catch (ActivityFailure failure) {
            return afterFailure(modelId, failure);
        }
    }

    private ImportResult afterFailure(String modelId, ActivityFailure failure) {
        if (failure.getCause() instanceof CanceledFailure cancelled) {
            throw cancelled;
        }
        if (failure.getCause() instanceof ApplicationFailure cause) {
            if (cause.getType().equals(FailureTypes.NOT_FOUND)) {
                return ImportResult.deleted();
            }
            return fail(modelId, systemError(cause.getOriginalMessage()));
        }
        return fail(modelId, systemError(String.valueOf(failure.getCause())));
    }

    private ImportResult fail(String modelId, Refusal refusal) {
        return rows.fail(new FailedImport(modelId, refusal));
    }

    private ImportResult failDetached(String modelId, Refusal refusal) {
        CompletablePromise<ImportResult> result = Workflow.newPromise();
        Workflow.newDetachedCancellationScope(() -> result.complete(fail(modelId, refusal)))
                .run();
        return result.get();
    }

    private static Refusal timeout() {
        return new Refusal(
                ImportEvents.buildTimeout(LIMIT.toMinutes()),
                "the import did not end within %d minutes".formatted(LIMIT.toMinutes()),
                "Look at the events before this one for the step that waited, then import the model again.");
    }

    private static Refusal cancelled() {
        return new Refusal(
                ImportEvents.buildFailed(),
                "the import's workflow was cancelled",
                "Import the model again if this was not intended.");
    }

    private static Refusal systemError(String cause) {
        return new Refusal(
                ImportEvents.systemError(),
                cause,
                "Look into the worker's log for this model's id, then import the model again.");
    }

    private static Duration until(Instant deadline) {
        Duration left = Duration.between(now(), deadline);
        return left.isNegative() ? Duration.ZERO : left;
    }

    private static Instant now() {
        return Instant.ofEpochMilli(Workflow.currentTimeMillis());
    }
}
