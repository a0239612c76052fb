package dev.slipway.gateway.route;

import dev.slipway.domain.instance.Address;
import dev.slipway.domain.instance.InstanceId;

/** An instance as this gateway knows it. Its counts are guarded by the lock of its service. Identity is by object. */
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

    /** Whether it gets no requests for now because it could not be reached or did not answer. */
    public boolean isEjected() {
        return ejected;
    }

    /**
     * Sends it no requests until it answers again.
     *
     * @return whether this call has ejected it: then the caller has to probe it
     */
    public synchronized boolean eject() {
        boolean first = !ejected;
        ejected = true;
        return first;
    }

    /** Sends it requests again. */
    public synchronized void readmit() {
        ejected = false;
    }

    /** Whether it was removed from the route document. Final. */
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
