package dev.slipway.workflows.model;

import dev.slipway.workflows.contract.FailureTypes;
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
import dev.slipway.workflows.contract.model.Prepared;
import dev.slipway.workflows.contract.model.Refusal;
import dev.slipway.workflows.contract.model.TrialHealth;
import dev.slipway.workflows.contract.pool.AdmissionResult;
import io.temporal.activity.Activity;
import io.temporal.failure.ApplicationFailure;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** Activities of an import that do as they are told, and note what was called. Public, since Temporal calls it by reflection. */
public final class ScriptedImport implements ImportRows, ImportSteps, ImportSlots, ImportTrial, ImportPrediction {

    public final List<String> calls = new CopyOnWriteArrayList<>();
    public final CountDownLatch building = new CountDownLatch(1);
    volatile @Nullable Refusal refusedByCheck;
    volatile @Nullable Refusal refusedByPreparation;
    volatile @Nullable Refusal refusedByTrial;
    volatile AdmissionResult buildSlot = new AdmissionResult(AdmissionResult.State.GRANTED, "");
    volatile AdmissionResult trialSlot = new AdmissionResult(AdmissionResult.State.GRANTED, "");
    volatile boolean predicts;
    volatile @Nullable Refusal refusedByPrediction;
    volatile boolean gone;
    volatile boolean buildsForEver;
    volatile boolean storageIsAway;
    volatile boolean breaks;
    volatile @Nullable Refusal failedWith;

    @Override
    public ImportStart begin(String modelId) {
        calls.add("begin");
        return new ImportStart(
                "iris 0.0.1",
                "tenant-1",
                "by alice in project local, request 4711",
                gone ? ImportResult.deleted() : null,
                predicts ? Boolean.TRUE : null);
    }

    @Override
    public boolean isWanted(String modelId) {
        calls.add("isWanted");
        return !gone;
    }

    @Override
    public ImportResult publish(ImageOfModel image) {
        calls.add("publish " + image.image());
        return ImportResult.published();
    }

    @Override
    public ImportResult fail(FailedImport failed) {
        calls.add("fail");
        failedWith = failed.refusal();
        return ImportResult.failed(failed.refusal().cause());
    }

    @Override
    public Checked check(String modelId) {
        calls.add("check");
        if (breaks) {
            throw ApplicationFailure.newNonRetryableFailure("broken", FailureTypes.BUG);
        }
        return new Checked(refusedByCheck, "fingerprint", 3, 4711);
    }

    @Override
    public Prepared prepare(BuildOrder order) {
        calls.add("prepare " + order.fingerprint());
        return new Prepared(refusedByPreparation, "sha256:" + "cd".repeat(32));
    }

    @Override
    public Built build(BuildOrder order) {
        calls.add("build " + order.fingerprint());
        building.countDown();
        if (storageIsAway) {
            throw ApplicationFailure.newFailure("object storage does not answer", FailureTypes.UNAVAILABLE);
        }
        if (buildsForEver) {
            // Ends by its time-out or its cancellation, which the workflow does not wait for.
            Activity.getExecutionContext().doNotCompleteOnReturn();
        }
        return new Built(null, "sha256:" + "ab".repeat(32));
    }

    @Override
    public Built push(ImageOfModel image) {
        throw new IllegalStateException("no import of a script pushes");
    }

    @Override
    public AdmissionResult claim(ImportInput model, ImportStep step) {
        calls.add("claim " + step);
        return step == ImportStep.TRIAL ? trialSlot : buildSlot;
    }

    @Override
    public void release(String modelId, ImportStep step) {
        calls.add("release " + step);
    }

    @Override
    public void start(ImageOfModel image) {
        calls.add("trial");
    }

    @Override
    public TrialHealth checkTrial(ImportInput model) {
        return refusedByTrial == null
                ? new TrialHealth(TrialHealth.State.READY, "", "", "")
                : new TrialHealth(TrialHealth.State.FAILED, refusedByTrial.cause(), "", refusedByTrial.advice());
    }

    @Override
    public @Nullable Refusal predict(String modelId) {
        calls.add("predict");
        return refusedByPrediction;
    }

    @Override
    public void succeeded(String modelId, Duration after) {
        calls.add("started");
    }

    @Override
    public Ending end(ImportInput model, Ending.WaitsFor waitsFor) {
        calls.add("end trial");
        return Ending.of(Ending.State.ENDED);
    }
}
