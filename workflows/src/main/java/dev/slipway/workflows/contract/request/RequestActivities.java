package dev.slipway.workflows.contract.request;

import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;
import io.temporal.common.converter.RawValue;

/** What request workflows do to rows. Each call is one or two transactions. Queue slipway-control, seconds at most. */
@ActivityInterface
public interface RequestActivities {

    /**
     * Reads the input and carries out the command. The order's key is written in the same transaction; a second call returns what the first
     * call started. Throws INVALID, NOT_FOUND, CONFLICT or NO_CAPACITY where the API would refuse the same body.
     */
    @ActivityMethod(name = "EnterRequest")
    AcceptedRequest accept(RequestOrder order, RawValue input);

    /** The state of the work. While the work goes on, the request's workflow is woken when the state changes. */
    @ActivityMethod(name = "FollowRequest")
    RequestStanding follow(RequestOrder order, AcceptedRequest accepted);

    /** Withdraws what has not ended: a job and a first deployment are stopped, an import is deleted. A second call changes nothing. */
    @ActivityMethod(name = "WithdrawRequest")
    Withdrawn withdraw(AcceptedRequest accepted);
}
