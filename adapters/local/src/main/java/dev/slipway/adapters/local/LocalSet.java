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

/** A set of instances on this machine: its desired state and its replicas. Guarded by the cluster's lock. */
final class LocalSet {

    private final InstanceSetId id;
    private final TreeMap<Integer, Replica> replicas = new TreeMap<>();
    private @Nullable InstanceTemplate template;
    private boolean leaving;
    private long revision;

    LocalSet(InstanceSetId id) {
        this.id = id;
    }

    InstanceSetId id() {
        return id;
    }

    Collection<Replica> replicas() {
        return replicas.values();
    }

    /** The template of a wanted set; null if the set was only found or is being removed. */
    @Nullable
    InstanceTemplate template() {
        return leaving ? null : template;
    }

    boolean isWanted() {
        return template() != null;
    }

    boolean hasLiving() {
        return replicas.values().stream().anyMatch(replica -> !replica.isEmpty());
    }

    /**
     * Takes the desired state: leaving instances are drained. Of the others, running ones stay; the highest ordinals are removed first, and
     * the lowest free ones are added first. A revision older than the last one changes nothing.
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
            replicas.values().forEach(Replica::forgetFailures);
            replicas.values().forEach(replica -> replica.want(replica.isServingOrStarting()));
        }
        template = desired.set().template();
        leaving = false;
        desired.leaving().forEach(this::drain);
        List<Replica> wanted = wantedReplicas();
        for (int surplus = wanted.size(); surplus > desired.count(); surplus--) {
            wanted.get(surplus - 1).want(false);
        }
        int missing = desired.count() - wanted.size();
        for (int ordinal = 0; missing > 0; ordinal++) {
            Replica replica = replicas.computeIfAbsent(ordinal, Replica::new);
            if (!replica.isWanted() && replica.isEmpty()) {
                replica.want(true);
                missing--;
            }
        }
    }

    private List<Replica> wantedReplicas() {
        return replicas.values().stream().filter(Replica::isWanted).toList();
    }

    /** Wants no instances; the set is forgotten once all have ended. */
    void leave() {
        leaving = true;
        replicas.values().forEach(replica -> replica.want(false));
    }

    /** Drains this very instance, and its replica is not wanted for now. Does nothing to a successor of an instance that has ended. */
    private void drain(InstanceId instance) {
        Replica replica = replicas.get(instance.ordinal());
        LocalInstance living = replica == null ? null : replica.living();
        if (replica != null && living != null && living.id().equals(instance)) {
            replica.want(false);
            replica.drain();
        }
    }

    /** Adopts an instance that was found. */
    void adopt(LocalInstance instance, Consumer<LocalInstance> discard) {
        replicas.computeIfAbsent(instance.id().ordinal(), Replica::new).put(instance, discard);
    }

    /** Drains replicas that are not wanted; none of a set that was only found. */
    void drainSurplus() {
        if (isWanted() || leaving) {
            replicas.values().stream().filter(replica -> !replica.isWanted()).forEach(Replica::drain);
        }
    }

    /** Whether a set that is being removed has no instances left. */
    boolean isOver() {
        return leaving && !hasLiving();
    }

    /** Whether it is not wanted, none of its instances runs, and no ended instance has a folder. */
    boolean isMemoryOnly(Set<String> folders) {
        return !leaving
                && !isWanted()
                && !hasLiving()
                && replicas.values().stream()
                        .flatMap(replica -> replica.views().stream())
                        .noneMatch(instance -> folders.contains(instance.id().toString()));
    }

    /** Forgets exited instances. */
    void clear(Consumer<LocalInstance> discard) {
        replicas.values().forEach(replica -> replica.clear(discard));
    }

    List<Replica> replicasToStart(Instant now) {
        return isWanted()
                ? replicas.values().stream()
                        .filter(replica -> replica.mayStart(now))
                        .toList()
                : List.of();
    }

    SetStatus status() {
        List<Instance> instances = new ArrayList<>();
        replicas.values().forEach(replica -> instances.addAll(replica.views()));
        instances.sort(Comparator.comparing((Instance instance) -> instance.id().ordinal())
                .thenComparing(instance -> instance.id().incarnation()));
        String failure = replicas.values().stream()
                .filter(Replica::isWanted)
                .map(Replica::failure)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
        String outage = replicas.values().stream()
                .filter(Replica::isWanted)
                .map(Replica::outage)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
        return new SetStatus(id, isWanted() ? wantedReplicas().size() : 0, instances, failure, outage);
    }
}
