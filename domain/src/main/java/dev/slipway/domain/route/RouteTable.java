package dev.slipway.domain.route;

import dev.slipway.domain.instance.Address;
import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.instance.InstanceSetId;

/** The rows that a service's route document is rendered from. Used inside a transaction that holds the service's row. */
public interface RouteTable {

    /**
     * Lets the set take part in the entry's share of the requests. Called again it changes all three.
     *
     * @param entry group of sets that divide the largest weight among them by their ready instances: position of the entry in the
     *     configuration, or a number of its own for a set that leaves
     * @param label version as counts and gateways name it
     */
    void enter(InstanceSetId set, int entry, String label, int weight);

    /** Takes the set and its instances out. */
    void leave(InstanceSetId set);

    /** The instance answers at this address. Nothing happens if it is draining or its set has not entered. */
    void ready(InstanceId instance, Address address);

    /** The instance does not answer. */
    void notReady(InstanceId instance);

    /** The instance gets no new requests from now on, for good; also one that has no row yet. Nothing happens if its set has not entered. */
    void drain(InstanceId instance);

    /** The instance is no more: its row goes. A draining one only after every gateway has released it. */
    void gone(InstanceId instance);

    /** The rows as they stand, with what this transaction has written. */
    RouteRows rows();

    /** Whether the service is to be answered at all; a stopped one has a document that says so. */
    void open(boolean open);

    /** The service is deleted: rows and document go, gateways know it no more. */
    void erase();
}
