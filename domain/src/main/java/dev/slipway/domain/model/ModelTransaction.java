package dev.slipway.domain.model;

import dev.slipway.domain.event.Event;
import java.util.List;
import java.util.Optional;

/** What can be read and written while a model's row is locked. All of it is committed together, or none of it. */
public interface ModelTransaction {

    /** The row as it stands, with what this transaction has written; empty if there is none. */
    Optional<Model> model();

    /**
     * Makes the row.
     *
     * @throws dev.slipway.domain.problem.Conflict MODEL_EXISTS if the project has a model of that name and version
     */
    void insert(Model model);

    void save(Model model);

    /** Writes that a workflow has begun with the import. */
    void take();

    /** Removes the row and its events: name and version are free again. */
    void remove();

    /** Ids of the services that are not deleted and name this model. */
    List<String> namedBy();

    /** Written with the rest; nothing happens if an event of the same subject and key stands. */
    void record(Event event);
}
