package dev.slipway.domain.route;

import dev.slipway.domain.instance.Address;
import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.instance.InstanceSetId;

/** Changes the rows that a service's route document is rendered from. Used in a transaction that locks the service's row. */
public interface RouteTable {

    /**
     * Adds the set to the entry's share of the requests. A second call changes all three values.
     *
     * @param entry group of sets that divide their largest weight by their ready instances: the position of the entry in the configuration,
     *     or a separate number for a set that is removed
     * @param label name of the version in counts and at gateways
     */
    void enter(InstanceSetId set, int entry, String label, int weight);

    /** Removes the set and its instances. */
    void leave(InstanceSetId set);

    /** The instance answers at this address. Does nothing if it is draining or its set is not in the routes. */
    void ready(InstanceId instance, Address address);

    /** The instance does not answer. */
    void notReady(InstanceId instance);

    /** The instance gets no new requests from now on, for good, even if it has no row yet. Does nothing if its set is not in the routes. */
    void drain(InstanceId instance);

    /** Removes the row of an instance that has ended. For a draining one, call it only after every gateway has released it. */
    void gone(InstanceId instance);

    /** The rows, with the changes of this transaction. */
    RouteRows rows();

    /** Whether the service takes requests. The document of a stopped service is closed. */
    void open(boolean open);

    /** Removes rows and document of a deleted service, so that gateways do not know it any more. */
    void erase();
}
