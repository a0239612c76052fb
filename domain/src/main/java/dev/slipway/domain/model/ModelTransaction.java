package dev.slipway.domain.model;

import dev.slipway.domain.access.ProjectId;
import dev.slipway.domain.event.Event;
import dev.slipway.domain.event.Origin;
import java.util.List;
import java.util.Optional;

/** Reads and writes while a model's row is locked. Everything is committed together, or nothing. */
public interface ModelTransaction {

    /** The row, with the changes of this transaction; empty if there is none. */
    Optional<Model> model();

    /**
     * Creates the row.
     *
     * @throws dev.slipway.domain.problem.Conflict MODEL_EXISTS if the project has a model of that name and version
     */
    void insert(Model model);

    void save(Model model);

    /**
     * Asks for the import once more: saves the row as not taken, and puts the events of the import so far aside, so that those of the next
     * one are written too.
     */
    void askAgain(Model model);

    /** Records that a workflow has taken the import. */
    void take();

    /** Removes the row and its events. Name and version are free then. */
    void remove();

    /** The services that use this model and are not deleted, by id. */
    List<NamedBy> namedBy();

    /** The services that name a model by that alias of this project and are not deleted, by id. */
    List<NamedBy> namedBy(ProjectId project, ModelAlias alias);

    /**
     * Lets the alias name this model, which is there. The services that name the alias are found as to be told.
     *
     * @return the model that it has named; empty if there was no such alias
     */
    Optional<ModelId> moveAlias(ModelAlias alias);

    /** Removes the alias; false if it does not name this model. */
    boolean removeAlias(ModelAlias alias);

    /** Who gave the import; empty if nobody is known. */
    Optional<Origin> importedBy();

    /** Writes the event with the other changes, unless there is one of the same subject and key. */
    void record(Event event);

    /**
     * A service that uses a model.
     *
     * @param service its id
     */
    record NamedBy(String service, String name) {

        /** For people. */
        public String words() {
            return "'%s' (%s)".formatted(name, service);
        }
    }
}
