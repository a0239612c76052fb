package dev.slipway.domain.service;

import dev.slipway.domain.instance.InstanceSet;
import dev.slipway.domain.instance.InstanceSetId;
import java.util.List;

/**
 * Keeps which instance sets should exist: from here they are applied to the cluster again after a restart. Written only inside
 * {@link ServiceStore#change} of their service, so that a late writer sees the command that overtook it.
 */
public interface InstanceSetStore {

    /** Wants so many instances of the set. The template of a set that is there stays. */
    void want(ServiceId service, InstanceSet set, int count);

    /** Forgets the set. Nothing happens if there is none. */
    void forget(InstanceSetId set);

    /** The sets of a service, by id. */
    List<WantedSet> of(ServiceId service);

    /** The sets of all services, by id. */
    List<WantedSet> all();

    /** A set that should exist. */
    record WantedSet(ServiceId service, InstanceSet set, int count) {}
}
