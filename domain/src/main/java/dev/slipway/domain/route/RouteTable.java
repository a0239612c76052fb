package dev.slipway.domain.route;

import dev.slipway.domain.instance.Address;
import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.instance.InstanceSetId;

/** The rows that a service's route document is rendered from. Used inside a transaction that holds the service's row. */
public interface RouteTable {

    /**
     * Lets the set take part in the entry's share of the requests. Called again it changes the share.
     *
     * @param entry position of the entry in the configuration; sets of one entry divide its weight by their ready instances
     * @param label version as counts and gateways name it
     */
    void enter(InstanceSetId set, int entry, String label, int weight);

    /** Takes the set and its instances out. */
    void leave(InstanceSetId set);

    /** The instance answers at this address. Nothing happens if it is draining or its set has not entered. */
    void ready(InstanceId instance, Address address);

    /** The instance does not answer. */
    void notReady(InstanceId instance);

    /** The instance gets no new requests from now on, for good. */
    void drain(InstanceId instance);

    /** The rows as they stand, with what this transaction has written. */
    RouteRows rows();

    /** Whether the service is to be answered at all; a stopped one has a document that says so. */
    void open(boolean open);
}
