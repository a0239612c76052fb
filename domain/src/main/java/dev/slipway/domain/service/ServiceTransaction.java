package dev.slipway.domain.service;

import dev.slipway.domain.event.Event;
import dev.slipway.domain.model.Model;
import dev.slipway.domain.model.ModelId;
import dev.slipway.domain.route.RouteTable;

/** What can be read and written while a service's row is locked. All of it is committed together, or none of it. */
public interface ServiceTransaction {

    /** The row as it stands, with what this transaction has written. */
    Service service();

    void save(Service service);

    void add(ServiceGeneration generation);

    /** @throws java.util.NoSuchElementException if there is no such generation */
    ServiceGeneration generation(long number);

    /** Writes how a generation ended; the first outcome stands. */
    void settle(long generation, ServiceGeneration.Outcome outcome, @org.jspecify.annotations.Nullable String cause);

    /** Written with the rest; nothing happens if an event of the same subject and key stands. */
    void record(Event event);

    /**
     * The model, locked against deletion until the end of the transaction.
     *
     * @throws dev.slipway.domain.problem.Invalid MODEL_OF_SERVICE_UNKNOWN if the project has none of that id
     */
    Model lockModel(ModelId id);

    /** The routes of this service. If they differ at the end, the document gets its next revision and gateways are notified. */
    RouteTable routes();
}
