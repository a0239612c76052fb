package dev.slipway.workflows.model;

import dev.slipway.domain.model.ImportEvents;
import dev.slipway.workflows.activity.ActivityCalls;
import dev.slipway.workflows.activity.RetryLimits;
import dev.slipway.workflows.contract.Attributes;
import dev.slipway.workflows.contract.BadEnd;
import dev.slipway.workflows.contract.FailureTypes;
import dev.slipway.workflows.contract.Queues;
import dev.slipway.workflows.contract.instance.Ending;
import dev.slipway.workflows.contract.model.BuildOrder;
import dev.slipway.workflows.contract.model.Built;
import dev.slipway.workflows.contract.model.Checked;
import dev.slipway.workflows.contract.model.FailedImport;
import dev.slipway.workflows.contract.model.ImageOfModel;
import dev.slipway.workflows.contract.model.ImportInput;
import dev.slipway.workflows.contract.model.ImportPrediction;
import dev.slipway.workflows.contract.model.ImportResult;
import dev.slipway.workflows.contract.model.ImportRows;
import dev.slipway.workflows.contract.model.ImportSlots;
import dev.slipway.workflows.contract.model.ImportStart;
import dev.slipway.workflows.contract.model.ImportStep;
import dev.slipway.workflows.contract.model.ImportSteps;
import dev.slipway.workflows.contract.model.ImportTrial;
import dev.slipway.workflows.contract.model.ModelImport;
import dev.slipway.workflows.contract.model.Prepared;
import dev.slipway.workflows.contract.model.Refusal;
import dev.slipway.workflows.contract.model.TrialHealth;
import dev.slipway.workflows.contract.pool.AdmissionResult;
import dev.slipway.workflows.progress.Counted;
import dev.slipway.workflows.progress.ProgressLog;
import dev.slipway.workflows.progress.ShownStatus;
import dev.slipway.workflows.wake.OwnId;
import dev.slipway.workflows.wake.TimedWait;
import dev.slipway.workflows.wake.WakeSignal;
import io.temporal.activity.ActivityOptions;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.CanceledFailure;
import io.temporal.workflow.Async;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.CompletablePromise;
import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInit;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@link ModelImport}: check, build, trial start, publish, within one hour beside waits for slots. The waits are here, the effects are in activities. */
public final class ModelImportImpl implements ModelImport {

    /** The cluster holds a start to the limit of the settings, which is shorter; this is for a cluster that says nothing. */
    private static final Duration TRIAL_LIMIT = Duration.ofMinutes(55);

    private static final Duration TRIAL_END = Duration.ofSeconds(40);

    /** The activity has a shorter limit of its own. */
    private static final Duration PREDICTION = Duration.ofMinutes(5);

    private final ImportSteps checking = steps("check the package");
    private final ImportSteps preparing = steps("prepare the environment");
    private final ImportSteps building = steps("build the image");
    private final ImportSteps pushing = steps("push the image");

    private final ImportPrediction predicting = Workflow.newActivityStub(
            ImportPrediction.class,
            ActivityOptions.newBuilder()
                    .setTaskQueue(Queues.BUILD)
                    .setStartToCloseTimeout(PREDICTION)
                    .setRetryOptions(RetryLimits.UNTIL_IT_ANSWERS)
                    .setSummary("ask the model on trial")
                    .build());

    private final ImportInput model;
    private final WakeSignal wake = new WakeSignal();
    private final ShownStatus status = new ShownStatus();
    private boolean rowChanged;
    private boolean predicts;

    @WorkflowInit
    public ModelImportImpl(ImportInput input) {
        this.model = input;
    }

    /** @param summary for the Temporal UI */
    private static ImportSteps steps(String summary) {
        return Workflow.newActivityStub(
                ImportSteps.class,
                ActivityOptions.newBuilder()
                        .setTaskQueue(Queues.BUILD)
                        .setStartToCloseTimeout(ImportDeadline.WORK)
                        .setHeartbeatTimeout(ActivityCalls.HEARTBEAT)
                        .setRetryOptions(RetryLimits.UNTIL_IT_ANSWERS)
                        .setSummary(summary)
                        .build());
    }

    @Override
    public void wake() {
        rowChanged = true;
        wake.raise();
    }

    @Override
    public ImportResult importModel(ImportInput sameInput) {
        OwnId.require(model.workflowId());
        ImportResult result = importedOrNot(model.modelId());
        if (result.status().equals(ImportResult.FAILED)) {
            throw BadEnd.of(BadEnd.IMPORT, result.error(), result);
        }
        return result;
    }

    private ImportResult importedOrNot(String modelId) {
        try {
            return importAsAsked(modelId);
        } catch (ActivityFailure e) {
            return ActivityCalls.uninterrupted(() -> fail(modelId, systemError(ActivityCalls.causeOf(e))));
        }
    }

    private ImportResult importAsAsked(String modelId) {
        rowChanged = false;
        ImportStart start = rows("begin").begin(modelId);
        if (start.ended() != null) {
            return start.ended();
        }
        predicts = start.asksForPrediction();
        Workflow.upsertTypedSearchAttributes(
                Attributes.KIND.valueSet("model"),
                Attributes.RESOURCE.valueSet(modelId),
                Attributes.NAME.valueSet(start.label()),
                Attributes.TENANT.valueSet(start.tenant()),
                Attributes.STATUS.valueSet("publishing"));
        ProgressLog progress = new ProgressLog("import of model " + start.label(), List.of());
        if (start.by() != null) {
            progress.add("import " + start.by());
        }
        ImportResult result = importWithinLimit(modelId, progress);
        progress.add(result.error() == null ? result.status() : result.status() + ": " + result.error());
        status.show(result.status());
        return result;
    }

    /** The steps run in a scope of their own, so that a deletion, the deadline or a cancellation ends them. */
    private ImportResult importWithinLimit(String modelId, ProgressLog progress) {
        ImportDeadline deadline = new ImportDeadline(now());
        CompletablePromise<ImportResult> ending = Workflow.newPromise();
        CancellationScope work = Workflow.newCancellationScope(() -> {
            Promise<ImportResult> done = Async.function(this::importStepByStep, modelId, progress, deadline);
            ending.completeFrom(done);
        });
        work.run();
        try {
            while (!ending.isCompleted()) {
                rowChanged = false;
                deadline.clearMoved();
                if (!TimedWait.await(
                        "time limit of the import",
                        until(deadline.at()),
                        () -> ending.isCompleted() || rowChanged || deadline.hasMoved())) {
                    Refusal refusal = timeout(deadline);
                    work.cancel("deadline");
                    ImportResult failed = fail(modelId, refusal);
                    awaitCleanUp(ending);
                    return failed;
                }
                if (rowChanged
                        && !ending.isCompleted()
                        && !rows("is it still wanted?").isWanted(modelId)) {
                    work.cancel("the model was deleted, or its end is written already");
                    awaitCleanUp(ending);
                    ImportResult ended =
                            rows("how has it ended?").begin(modelId).ended();
                    return ended == null ? ImportResult.deleted() : ended;
                }
            }
            return ending.get();
        } catch (CanceledFailure cancelled) {
            return ActivityCalls.uninterrupted(() -> {
                ImportResult failed = fail(modelId, cancelled());
                awaitCleanUp(ending);
                return failed;
            });
        } catch (ActivityFailure e) {
            work.cancel("the row cannot be read");
            awaitCleanUp(ending);
            throw e;
        }
    }

    /** Cancelled steps still release what they hold. */
    private static void awaitCleanUp(Promise<ImportResult> ending) {
        TimedWait.await("time for what is cancelled to clean up", TRIAL_END, ending::isCompleted);
    }

    private ImportResult importStepByStep(String modelId, ProgressLog progress, ImportDeadline deadline) {
        try {
            progress.add("checking the package");
            Checked checked = checking.check(modelId);
            if (checked.refusal() != null) {
                return fail(modelId, checked.refusal());
            }
            Built built = inStep(
                    modelId,
                    ImportStep.BUILD,
                    progress,
                    deadline,
                    () -> build(new BuildOrder(modelId, checked.fingerprint()), checked, progress),
                    impossible -> new Built(impossible, ""));
            if (built.refusal() != null) {
                return fail(modelId, built.refusal());
            }
            ImageOfModel image = new ImageOfModel(modelId, built.image());
            progress.add("starting it on trial, image " + built.image());
            Refusal refusal = inStep(
                    modelId,
                    ImportStep.TRIAL,
                    progress,
                    deadline,
                    () -> startOnTrial(image, progress),
                    impossible -> impossible);
            if (refusal != null) {
                return fail(modelId, refusal);
            }
            return rows("publish").publish(image);
        } catch (ActivityFailure failure) {
            return afterFailure(modelId, failure);
        }
    }

    /** Both need the same slot: they are what an import costs before its trial start. */
    private Built build(BuildOrder order, Checked checked, ProgressLog progress) {
        progress.add("preparing the environment");
        Prepared prepared = preparing.prepare(order);
        if (prepared.refusal() != null) {
            return new Built(prepared.refusal(), "");
        }
        progress.add("building the image of %s, %s"
                .formatted(Counted.of(checked.files(), "file"), Counted.of(checked.bytes(), "byte")));
        Built built = building.build(order);
        if (built.refusal() != null || !built.isToBePushed()) {
            return built;
        }
        progress.add("pushing image " + built.image());
        return pushing.push(new ImageOfModel(order.modelId(), built.image()));
    }

    /** Runs the step once it is admitted, and always releases the slot. {@code refused} is the result where it never will be. */
    private <R extends @Nullable Object> R inStep(
            String modelId,
            ImportStep step,
            ProgressLog progress,
            ImportDeadline deadline,
            Supplier<R> work,
            Function<Refusal, R> refused) {
        try {
            wake.reset();
            while (true) {
                wake.clear();
                AdmissionResult result =
                        slots("claim a slot for " + step.words()).claim(model, step);
                if (result.state() == AdmissionResult.State.GRANTED) {
                    status.goesOn("publishing");
                    deadline.endWaiting(now());
                    return work.get();
                }
                if (result.state() == AdmissionResult.State.IMPOSSIBLE) {
                    deadline.endWaiting(now());
                    return refused.apply(noPlace(step, result.details()));
                }
                deadline.beginToWait(now());
                status.waits();
                progress.add("waits for %s: %s".formatted(step.words(), result.details()));
                wake.await("a slot for " + step.words());
            }
        } finally {
            ActivityCalls.<@Nullable Void>uninterrupted(() -> {
                slots("give back the slot for " + step.words()).release(modelId, step);
                return null;
            });
        }
    }

    /** Why the model does not start; null if it does. */
    private @Nullable Refusal startOnTrial(ImageOfModel image, ProgressLog progress) {
        Instant began = now();
        try {
            trial("start the trial").start(image);
            TrialHealth health = awaitTrial(began.plus(TRIAL_LIMIT));
            if (health.state() == TrialHealth.State.READY) {
                Duration after = Duration.between(began, now());
                trial("the trial succeeded").succeeded(image.modelId(), after);
                return predicts ? predicting.predict(image.modelId()) : null;
            }
            String cause = health.state() == TrialHealth.State.FAILED
                    ? health.cause()
                    : "it was not ready within %d minutes".formatted(TRIAL_LIMIT.toMinutes());
            return new Refusal(
                    ImportEvents.trialStartFailed(),
                    health.log().isEmpty() ? cause : cause + "\n" + health.log(),
                    health.advice());
        } finally {
            ActivityCalls.<@Nullable Void>uninterrupted(() -> {
                endTrial(progress);
                return null;
            });
        }
    }

    private TrialHealth awaitTrial(Instant deadline) {
        wake.reset();
        while (true) {
            wake.clear();
            TrialHealth health = trial("is it ready?").checkTrial(model);
            if (health.state() != TrialHealth.State.STARTING
                    || !wake.await("the trial's instance to be ready", deadline)) {
                return health;
            }
        }
    }

    private void endTrial(ProgressLog progress) {
        Instant limit = now().plus(TRIAL_END);
        Ending.WaitsFor waitsFor = Ending.WaitsFor.INSTANCES;
        wake.reset();
        while (true) {
            wake.clear();
            Ending ending = trial("end the trial").end(model, waitsFor);
            if (ending.state() == Ending.State.ENDED) {
                return;
            }
            if (!wake.await("the end of the trial's instance", limit)) {
                progress.add("does not wait longer for the trial's instance to end");
                waitsFor = Ending.WaitsFor.NOTHING;
            }
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
        return rows("write why it failed").fail(new FailedImport(modelId, refusal));
    }

    private static Refusal noPlace(ImportStep step, String cause) {
        return new Refusal(
                step == ImportStep.TRIAL ? ImportEvents.trialStartFailed() : ImportEvents.buildNotScheduled(),
                cause,
                "Name a pool and a specification of the settings in 'trial' of the request, and import the model again.");
    }

    private static Refusal timeout(ImportDeadline deadline) {
        if (deadline.isWaiting()) {
            return new Refusal(
                    ImportEvents.trialStartFailed(),
                    "no slot became free within %d hours".formatted(ImportDeadline.LONGEST_WAIT.toHours()),
                    "Stop a service, give the pool more slots, or name another one in 'trial' of the request, and import the model again.");
        }
        return new Refusal(
                ImportEvents.buildTimeout(ImportDeadline.WORK.toMinutes()),
                "the import did not end within %d minutes".formatted(ImportDeadline.WORK.toMinutes()),
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

    private static ImportRows rows(String summary) {
        return ActivityCalls.untilDone(ImportRows.class, summary);
    }

    private static ImportSlots slots(String summary) {
        return ActivityCalls.untilDone(ImportSlots.class, summary);
    }

    private static ImportTrial trial(String summary) {
        return ActivityCalls.untilDone(ImportTrial.class, summary);
    }
}
