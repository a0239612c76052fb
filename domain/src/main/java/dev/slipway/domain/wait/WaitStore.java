package dev.slipway.domain.wait;

import java.util.List;

/** Keeps which workflows wait for what; one wait for each workflow. May be written in any transaction, or in none. */
public interface WaitStore {

    /** Writes the wait in place of the one that the workflow had; an equal condition keeps its time. */
    void put(Wait wait);

    /** The workflow waits no more. Nothing happens if it did not. */
    void remove(String workflowId);

    /** The workflow and all whose ids begin with its id and a slash wait no more. */
    void removeAll(String workflowId);

    /** All, the oldest first. One query. */
    List<Wait> all();
}
