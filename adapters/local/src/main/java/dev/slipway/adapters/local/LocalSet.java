package dev.slipway.adapters.local;

import dev.slipway.domain.instance.DesiredSet;
import dev.slipway.domain.instance.Instance;
import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.instance.InstanceTemplate;
import dev.slipway.domain.instance.SetStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A set of instances on this machine: what is wanted of it and its slots. Guarded by the cluster's lock. */
final class LocalSet {

    private final InstanceSetId id;
    private final TreeMap<Integer, Slot> slots = new TreeMap<>();
    private @Nullable InstanceTemplate template;
    private boolean leaving;
    private long revision;

    LocalSet(InstanceSetId id) {
        this.id = id;
    }

    InstanceSetId id() {
        return id;
    }

    Collection<Slot> slots() {
        return slots.values();
    }

    /** The template of a set that is wanted, null for one that was only found or that leaves. */
    @Nullable
    InstanceTemplate template() {
        return leaving ? null : template;
    }

    boolean isWanted() {
        return template() != null;
    }

    boolean hasLiving() {
        return slots.values().stream().anyMatch(slot -> !slot.isEmpty());
    }

    /**
     * Brings what is wanted to the desired state: instances that leave are drained; of the others those that live stay, the highest
     * ordinals go first, the lowest free ones come. A revision older than the last one changes nothing.
     */
    void apply(DesiredSet desired) {
        if (desired.revision() < revision) {
            return;
        }
        revision = desired.revision();
        if (desired.count() == 0) {
            leave();
            return;
        }
        if (!isWanted()) {
            slots.values().forEach(Slot::forgetFailures);
            slots.values().forEach(slot -> slot.want(slot.isServingOrStarting()));
        }
        template = desired.set().template();
        leaving = false;
        desired.leaving().forEach(this::drain);
        List<Slot> wanted = wantedSlots();
        for (int surplus = wanted.size(); surplus > desired.count(); surplus--) {
            wanted.get(surplus - 1).want(false);
        }
        int missing = desired.count() - wanted.size();
        for (int ordinal = 0; missing > 0; ordinal++) {
            Slot slot = slots.computeIfAbsent(ordinal, Slot::new);
            if (!slot.isWanted() && slot.isEmpty()) {
                slot.want(true);
                missing--;
            }
        }
    }

    private List<Slot> wantedSlots() {
        return slots.values().stream().filter(Slot::isWanted).toList();
    }

    /** Wants none, and the set to be forgotten once all have left. */
    void leave() {
        leaving = true;
        slots.values().forEach(slot -> slot.want(false));
    }

    /** Drains this very instance and wants none in its slot for now. An instance that has left takes no successor with it. */
    private void drain(InstanceId instance) {
        Slot slot = slots.get(instance.ordinal());
        LocalInstance living = slot == null ? null : slot.living();
        if (slot != null && living != null && living.id().equals(instance)) {
            slot.want(false);
            slot.drain();
        }
    }

    /** Takes in an instance that was found. */
    void adopt(LocalInstance instance, Consumer<LocalInstance> discard) {
        slots.computeIfAbsent(instance.id().ordinal(), Slot::new).put(instance, discard);
    }

    /** Drains all that is not wanted; nothing of a set that was only found. */
    void drainSurplus() {
        if (isWanted() || leaving) {
            slots.values().stream().filter(slot -> !slot.isWanted()).forEach(Slot::drain);
        }
    }

    /** Whether all of a set that leaves have left. */
    boolean isOver() {
        return leaving && !hasLiving();
    }

    /** Whether nobody wants it, none lives, and none of those that ended has left a folder. */
    boolean isMemoryOnly(Set<String> folders) {
        return !leaving
                && !isWanted()
                && !hasLiving()
                && slots.values().stream()
                        .flatMap(slot -> slot.views().stream())
                        .noneMatch(instance -> folders.contains(instance.id().toString()));
    }

    /** Forgets those that exited. */
    void clear(Consumer<LocalInstance> discard) {
        slots.values().forEach(slot -> slot.clear(discard));
    }

    List<Slot> slotsToStart(Instant now) {
        return isWanted()
                ? slots.values().stream().filter(slot -> slot.mayStart(now)).toList()
                : List.of();
    }

    SetStatus status() {
        List<Instance> instances = new ArrayList<>();
        slots.values().forEach(slot -> instances.addAll(slot.views()));
        instances.sort(Comparator.comparing((Instance instance) -> instance.id().ordinal())
                .thenComparing(instance -> instance.id().incarnation()));
        String failure = slots.values().stream()
                .filter(Slot::isWanted)
                .map(Slot::failure)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
        return new SetStatus(id, isWanted() ? wantedSlots().size() : 0, instances, failure);
    }
}
