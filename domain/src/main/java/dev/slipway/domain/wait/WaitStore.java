package dev.slipway.domain.wait;

import java.util.List;

/** Keeps the waits of workflows, at most one for each workflow. May be called in a transaction or outside. */
public interface WaitStore {

    /** Writes the wait, replacing an earlier one of the workflow. An equal condition keeps its time. */
    void put(Wait wait);

    /** Removes the wait of the workflow. Does nothing if there is none. */
    void remove(String workflowId);

    /** Removes the waits of the workflow and of all workflows whose ids begin with its id and a slash. */
    void removeAll(String workflowId);

    /** All waits, the oldest first. One query. */
    List<Wait> all();
}
