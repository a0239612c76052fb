package dev.slipway.domain.service;

import dev.slipway.domain.event.Event;
import dev.slipway.domain.event.Origin;
import dev.slipway.domain.model.Model;
import dev.slipway.domain.model.ModelAlias;
import dev.slipway.domain.model.ModelId;
import dev.slipway.domain.route.RouteTable;
import java.util.Optional;

/** Reads and writes while a service's row is locked. Everything is committed together, or nothing. */
public interface ServiceTransaction {

    /** The row, with the changes of this transaction. */
    Service service();

    void save(Service service);

    void add(ServiceGeneration generation);

    /** @throws java.util.NoSuchElementException if there is no such generation */
    ServiceGeneration generation(long number);

    /** Writes how a generation ended; the first outcome stands. */
    void settle(long generation, ServiceGeneration.Outcome outcome, @org.jspecify.annotations.Nullable String cause);

    /** Writes the event with the other changes, unless there is one of the same subject and key. */
    void record(Event event);

    /** Who gave the command of a generation; empty if nobody did, such as for an auto-stop. */
    Optional<Origin> commandedBy(long generation);

    /**
     * The model, locked against deletion until the end of the transaction.
     *
     * @throws dev.slipway.domain.problem.Invalid MODEL_OF_SERVICE_UNKNOWN if the project has none of that id
     */
    Model lockModel(ModelId id);

    /**
     * The model that the alias names, both locked until the end of the transaction: the alias against being moved.
     *
     * @throws dev.slipway.domain.problem.Invalid MODEL_OF_SERVICE_UNKNOWN if the project has none of that name
     */
    Model lockModel(ModelAlias alias);

    /** Forgets that an alias that this service names was moved, see {@link ServiceStore#withMovedAlias}. */
    void forgetMovedAlias();

    /** The routes of this service. If they differ at the end, the document gets its next revision and gateways are notified. */
    RouteTable routes();
}
