package dev.slipway.worker.pool;

import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.instance.InstanceSetStore;
import dev.slipway.domain.instance.SetOwner;
import dev.slipway.domain.pool.Admission;
import dev.slipway.domain.pool.Holder;
import dev.slipway.domain.problem.NotFound;
import dev.slipway.domain.problem.Unavailable;
import dev.slipway.domain.service.ServiceId;
import dev.slipway.domain.service.ServiceStore;
import dev.slipway.worker.periodic.PeriodicTask;
import dev.slipway.worker.sweep.Attempts;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Releases the slots of holders that want none any more and have no instance left, and wakes holders that were granted slots and did not
 * claim again.
 */
public final class SlotSweeper implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SlotSweeper.class);
    private static final Duration PACE = Duration.ofSeconds(1);
    private static final String SERVICE = "service";
    private static final String MODEL = "model";

    private final Admission admission;
    private final ServiceStore services;
    private final InstanceSetStore sets;
    private final Consumer<String> wake;
    private final BooleanSupplier leads;
    private final Clock clock;
    private final Attempts wakes = new Attempts();
    private final PeriodicTask task;

    /**
     * @param wake wakes the workflow of that id
     * @param leads whether this process is the leader now
     */
    public SlotSweeper(
            Admission admission,
            ServiceStore services,
            InstanceSetStore sets,
            Consumer<String> wake,
            BooleanSupplier leads,
            Clock clock) {
        this.admission = admission;
        this.services = services;
        this.sets = sets;
        this.wake = wake;
        this.leads = leads;
        this.clock = clock;
        this.task = new PeriodicTask("slot-sweeper", PACE, this::round);
    }

    public void start() {
        task.start();
    }

    void round() {
        if (!leads.getAsBoolean()) {
            return;
        }
        admission.unwanted().forEach(this::giveBack);
        wakeGranted();
    }

    private void giveBack(Holder holder) {
        try {
            String[] parts = holder.value().split("/", -1);
            if (parts.length > 1 && parts[0].equals(SERVICE)) {
                giveBackOf(new ServiceId(parts[1]), holder);
            } else if (parts.length < 2
                    || sets.find(new InstanceSetId("%s-%s".formatted(setPrefix(parts[0]), parts[1])))
                            .isEmpty()) {
                // A task or an import never runs again under the same id.
                release(holder);
            }
        } catch (Unavailable forAll) {
            throw forAll;
        } catch (RuntimeException failure) { // an edge: one holder must not stop the others
            LOG.warn("could not give back slots holder={}", holder, failure);
        }
    }

    private void giveBackOf(ServiceId id, Holder holder) {
        if (hasInstances(id)) {
            return;
        }
        try {
            // Under the row's lock, so that a start that comes now claims after this.
            services.change(id, transaction -> {
                if (!transaction.service().wantsInstances() && !hasInstances(id)) {
                    release(holder);
                }
                return true;
            });
        } catch (NotFound neverWas) {
            release(holder);
        }
    }

    private boolean hasInstances(ServiceId id) {
        return !sets.of(SetOwner.service(id.value())).isEmpty();
    }

    private static String setPrefix(String owner) {
        return owner.equals(MODEL) ? "trial" : "task";
    }

    private void release(Holder holder) {
        // Not if it is wanted again meanwhile.
        admission.releaseUnwanted(holder);
        LOG.info("slots given back if still unwanted holder={}", holder);
    }

    private void wakeGranted() {
        Instant now = clock.instant();
        List<String> granted = admission.grantWaiting();
        wakes.keepOnly(granted);
        for (String waiter : granted) {
            if (wakes.isDue(waiter, now)) {
                wake.accept(waiter);
                wakes.made(waiter, now);
                LOG.info("woken waiter={}, its slots are there", waiter);
            }
        }
    }

    @Override
    public void close() {
        task.close();
    }
}
