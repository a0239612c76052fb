package dev.slipway.workflows.contract.service;

import dev.slipway.workflows.contract.batch.BatchResult;
import io.temporal.activity.ActivityInterface;
import java.time.Instant;

/**
 * Reads and writes of a service's row, each one transaction. Called twice they find their work done. Queue slipway-control, seconds at
 * most; only the database not answering is worth a retry.
 */
@ActivityInterface(namePrefix = "Service")
public interface ServiceActivities {

    /** Reads the row, notes that its generation is taken, and says what is to be done. */
    ServicePlan plan(String serviceId);

    /** The auto-stop armed for {@code dueAt} is due: asks for a stop as a user would, if that is still armed and the state table lets it. */
    void stopWhenDue(String serviceId, Instant dueAt);

    /** Gives the serving entries the shares that were asked for, and settles the generation. */
    void share(ServiceStep step);

    /** Writes how the job of a batch service ended, unless a newer command is there. */
    void batchEnded(ServiceStep step, BatchResult result);

    /** Writes that the service is stopped, unless a newer command is there. */
    void stopped(ServiceStep step);

    /** Writes that the service is deleted; its name and its models are free. */
    void deleted(ServiceStep step);

    /** Has the service's workflow woken once somebody else has settled the generation. */
    void awaitSettled(ServiceStep step);

    /**
     * Records the event that a step could not be done although the steps after it go on; once for the same {@code what} of a generation.
     *
     * @param step generation 0 stands for the present one
     * @param what the step, in words that follow "could not"
     */
    void report(ServiceStep step, String what, String cause);

    /**
     * Ends the present generation although a step of it cannot be done: a service that was to be stopped or deleted is so, one
     * that served goes on serving what it did, any other has failed. Which instances there should be follows from that; the event says
     * what happened. Nothing happens if the generation is settled or a newer command is there.
     *
     * @param step generation 0 stands for the present one
     */
    void giveUp(ServiceStep step, String cause);
}
