package dev.slipway.activities.model;

import dev.slipway.activities.instance.SlotWaiters;
import dev.slipway.domain.event.EventStore;
import dev.slipway.domain.model.ImportEvents;
import dev.slipway.domain.model.ModelId;
import dev.slipway.domain.model.ModelStore;
import dev.slipway.domain.pool.Admission;
import dev.slipway.domain.pool.Claim;
import dev.slipway.domain.pool.Grant;
import dev.slipway.domain.pool.Holder;
import dev.slipway.domain.pool.ImportPool;
import dev.slipway.domain.pool.PlacedFlavor;
import dev.slipway.domain.pool.Pools;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.domain.problem.NoCapacity;
import dev.slipway.workflows.contract.model.ImportInput;
import dev.slipway.workflows.contract.model.ImportSlots;
import dev.slipway.workflows.contract.model.ImportStep;
import dev.slipway.workflows.contract.pool.AdmissionResult;
import dev.slipway.workflows.contract.pool.AdmissionResult.State;
import java.time.Clock;
import java.util.Locale;

/** {@link ImportSlots}: builds over the pool of imports, trial starts over the pool that the model or the settings name. */
public final class ImportSlotsImpl implements ImportSlots {

    private static final int PRIORITY = 2;

    private final ModelStore models;
    private final Pools pools;
    private final Admission admission;
    private final EventStore events;
    private final SlotWaiters waiters;
    private final Clock clock;

    public ImportSlotsImpl(
            ModelStore models, Pools pools, Admission admission, EventStore events, SlotWaiters waiters, Clock clock) {
        this.models = models;
        this.pools = pools;
        this.admission = admission;
        this.events = events;
        this.waiters = waiters;
        this.clock = clock;
    }

    @Override
    public AdmissionResult claim(ImportInput model, ImportStep step) {
        String modelId = model.modelId();
        try {
            PlacedFlavor place = place(modelId, step);
            Grant grant = admission.claim(claim(model, step, place));
            if (!(grant instanceof Grant.Waiting waiting)) {
                return new AdmissionResult(State.GRANTED, "");
            }
            String cause = place.pool().equals(ImportPool.NAME)
                    ? "the maximum number of models is in this step already"
                    : "pool '%s' has no free slot for specification '%s'"
                            .formatted(place.pool(), place.flavor().name());
            String told = "%s, position %d".formatted(cause, waiting.position());
            events.record(ImportEvents.waiting(new ModelId(modelId), step.words(), told, clock.instant()));
            return new AdmissionResult(State.WAITING, told);
        } catch (Invalid | NoCapacity impossible) {
            // The settings have changed since the model was accepted.
            return new AdmissionResult(State.IMPOSSIBLE, String.valueOf(impossible.getMessage()));
        }
    }

    @Override
    public void release(String modelId, ImportStep step) {
        waiters.wake(admission.releaseAll(holder(modelId, step)));
    }

    private PlacedFlavor place(String modelId, ImportStep step) {
        return switch (step) {
            case BUILD -> ImportPool.BUILD_PLACE;
            case TRIAL -> TrialPlaces.of(models, pools, modelId);
        };
    }

    private static Claim claim(ImportInput model, ImportStep step, PlacedFlavor place) {
        String flavor = place.flavor().name();
        // With the place: after a change of the settings another claim is made, and all of the step's are released.
        Holder holder = new Holder("%s/%s/%s".formatted(holder(model.modelId(), step), place.pool(), flavor));
        return new Claim(holder, place.pool(), flavor, 1, PRIORITY, model.workflowId());
    }

    /** The beginning of the holders of a step. */
    private static String holder(String modelId, ImportStep step) {
        return "model/%s/%s".formatted(modelId, step.name().toLowerCase(Locale.ROOT));
    }
}
