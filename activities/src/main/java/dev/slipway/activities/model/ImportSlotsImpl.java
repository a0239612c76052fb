package dev.slipway.activities.model;

import dev.slipway.activities.instance.SlotWaiters;
import dev.slipway.domain.event.EventStore;
import dev.slipway.domain.model.ImportEvents;
import dev.slipway.domain.model.ModelId;
import dev.slipway.domain.pool.Admission;
import dev.slipway.domain.pool.Claim;
import dev.slipway.domain.pool.Grant;
import dev.slipway.domain.pool.Holder;
import dev.slipway.domain.pool.ImportPool;
import dev.slipway.workflows.contract.model.ImportSlots;
import dev.slipway.workflows.contract.model.ImportStep;
import dev.slipway.workflows.contract.model.ModelImport;
import dev.slipway.workflows.contract.pool.AdmissionResult;
import dev.slipway.workflows.contract.pool.AdmissionResult.State;
import java.time.Clock;

/** {@link ImportSlots} over the pool of imports. */
public final class ImportSlotsImpl implements ImportSlots {

    private static final int PRIORITY = 2;

    private final Admission admission;
    private final EventStore events;
    private final SlotWaiters waiters;
    private final Clock clock;

    public ImportSlotsImpl(Admission admission, EventStore events, SlotWaiters waiters, Clock clock) {
        this.admission = admission;
        this.events = events;
        this.waiters = waiters;
        this.clock = clock;
    }

    @Override
    public AdmissionResult claim(String modelId, ImportStep step) {
        Claim claim =
                new Claim(holder(modelId, step), ImportPool.NAME, flavor(step), 1, PRIORITY, ModelImport.id(modelId));
        if (admission.claim(claim) instanceof Grant.Waiting waiting) {
            events.record(ImportEvents.waiting(new ModelId(modelId), step.words(), clock.instant()));
            return new AdmissionResult(State.WAITING, "position %d".formatted(waiting.position()));
        }
        return new AdmissionResult(State.GRANTED, "");
    }

    @Override
    public void release(String modelId, ImportStep step) {
        waiters.wake(admission.release(holder(modelId, step)));
    }

    private static Holder holder(String modelId, ImportStep step) {
        return new Holder("model/%s/%s".formatted(modelId, flavor(step)));
    }

    private static String flavor(ImportStep step) {
        return switch (step) {
            case BUILD -> ImportPool.BUILD;
            case TRIAL -> ImportPool.TRIAL;
        };
    }
}
