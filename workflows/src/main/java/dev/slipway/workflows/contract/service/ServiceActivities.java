package dev.slipway.workflows.contract.service;

import dev.slipway.workflows.contract.batch.BatchResult;
import io.temporal.activity.ActivityInterface;
import java.time.Instant;

/**
 * Reads and writes a service's row. Each call is one transaction; a second call changes nothing. Queue slipway-control, seconds at most.
 * Worth a retry only while the database does not answer.
 */
@ActivityInterface(namePrefix = "Service")
public interface ServiceActivities {

    /** Reads the row, records that its generation is taken, and returns what to do. Throws NOT_FOUND if there is no such row. */
    ServicePlan plan(String serviceId);

    /**
     * The auto-stop armed for {@code dueAt} is due: asks for a stop as a user would, if it is still armed and the state table allows it.
     */
    void stopWhenDue(String serviceId, Instant dueAt);

    /** Gives the serving entries the shares that were asked for, and settles the generation. */
    void share(ServiceStep step);

    /** Writes how the job of a batch service ended, unless there is a newer command. */
    void batchEnded(ServiceStep step, BatchResult result);

    /** Writes that the service is stopped, unless there is a newer command. */
    void stopped(ServiceStep step);

    /** Writes that the service is deleted; its name and its models are free. */
    void deleted(ServiceStep step);

    /** Asks that the service's workflow is woken once another run has settled the generation or, of a batch service, ended its task. */
    void awaitSettled(ServiceStep step);

    /**
     * Records the event that a step could not be done although the steps after it go on; once for the same {@code what} of a generation.
     *
     * @param step generation 0 stands for the present one
     * @param what the step, in words that follow "could not"
     */
    void report(ServiceStep step, String what, String cause);

    /**
     * Records the event that the workflow of a rollout or a job was ended from outside and is started again; once for each run.
     *
     * @param what {@code rollout} or {@code job}
     * @param runId of the run that was ended
     */
    void startedAgain(ServiceStep step, String what, String runId, String cause);

    /**
     * Ends the present generation although a step of it failed: a service that should stop or be deleted becomes stopped or deleted, one
     * that served goes on serving, any other fails. A task of a batch service that has not ended is sealed and ended. The wanted instances
     * follow from that, and an event says what happened. Does nothing if the generation is settled or there is a newer command.
     *
     * @param step generation 0 stands for the present one
     */
    void giveUp(ServiceStep step, String cause);
}
