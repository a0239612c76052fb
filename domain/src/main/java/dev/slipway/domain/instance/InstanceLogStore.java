package dev.slipway.domain.instance;

import java.util.List;
import java.util.Optional;

/** Reads the logs of instances that run, and of ended ones while they are kept. Nothing is found where the instances are on another machine. */
public interface InstanceLogStore {

    /** The logs of an owner's instances, the latest start first. */
    List<InstanceLog> of(SetOwner owner);

    /** The log of an instance; empty if it is not one of the owner's, or if its log is not kept. */
    Optional<InstanceLog> find(SetOwner owner, InstanceId instance);

    /** The last {@code bytes} of that log; empty where {@link #find} is. */
    String tail(SetOwner owner, InstanceId instance, int bytes);
}
