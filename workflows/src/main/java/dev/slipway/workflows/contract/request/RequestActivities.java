package dev.slipway.workflows.contract.request;

import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;
import io.temporal.common.converter.RawValue;
import org.jspecify.annotations.Nullable;

/** What request workflows do to rows. Each call is one or two transactions. Queue slipway-control, seconds at most. */
@ActivityInterface
public interface RequestActivities {

    /**
     * Reads the input and carries out the command. The order's key is written in the same transaction; a second call returns what the first
     * call started. Throws INVALID, NOT_FOUND, CONFLICT or NO_CAPACITY where the API would refuse the same body; the second detail of that
     * failure is the id of the account, if it is known.
     */
    @ActivityMethod(name = "EnterRequest")
    AcceptedRequest accept(RequestOrder order, RawValue input);

    /** Refuses what has no input that could be read: throws INVALID with that message, and the account as {@link #accept} does. */
    @ActivityMethod(name = "RefuseRequest")
    void refuse(RequestOrder order, String why);

    /** The state of the work. While the work goes on, the request's workflow is woken when the state changes. */
    @ActivityMethod(name = "FollowRequest")
    RequestStanding follow(RequestOrder order, AcceptedRequest accepted);

    /**
     * Withdraws what has not ended: a job and a first deployment are stopped, an import is deleted. A second call changes
     * nothing. Events and log lines say that the request did it.
     *
     * @param order null if a worker of before scheduled it
     */
    @ActivityMethod(name = "WithdrawRequest")
    Withdrawn withdraw(AcceptedRequest accepted, @Nullable RequestOrder order);
}
