package dev.slipway.gateway.route;

import dev.slipway.domain.instance.Address;
import dev.slipway.domain.instance.InstanceId;

/** An instance as this gateway knows it. Its counts belong to the lock of its service; identity is by object. */
public final class Endpoint {

    private final InstanceId instance;
    private final Address address;
    private volatile boolean ejected;
    private volatile boolean removed;
    private int inFlight;

    Endpoint(InstanceId instance, Address address) {
        this.instance = instance;
        this.address = address;
    }

    public InstanceId instance() {
        return instance;
    }

    public Address address() {
        return address;
    }

    /** Whether it takes no requests for now since it could not be reached. */
    public boolean isEjected() {
        return ejected;
    }

    /**
     * Takes no requests until it answers again.
     *
     * @return whether it did so far: then whoever calls has to probe it
     */
    public synchronized boolean eject() {
        boolean first = !ejected;
        ejected = true;
        return first;
    }

    /** It answers again. */
    public synchronized void readmit() {
        ejected = false;
    }

    /** Whether no document names it any more, for good. */
    public boolean isRemoved() {
        return removed;
    }

    void remove() {
        removed = true;
    }

    int inFlight() {
        return inFlight;
    }

    void count(int difference) {
        inFlight += difference;
    }
}
