package dev.slipway.workflows.contract.request;

import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;
import io.temporal.common.converter.RawValue;

/** What request workflows do to rows. Queue slipway-control, each call a transaction or two, seconds at most. */
@ActivityInterface
public interface RequestActivities {

    /**
     * Reads the input and carries out the command. The order's key is written in the same transaction: called twice it answers with what
     * the first call has set going. Throws INVALID, NOT_FOUND, CONFLICT, NO_CAPACITY as the API refuses the same body.
     */
    @ActivityMethod(name = "EnterRequest")
    AcceptedRequest accept(RequestOrder order, RawValue input);

    /** How the work stands. While it goes on, the request's workflow is woken when that has changed. */
    @ActivityMethod(name = "FollowRequest")
    RequestStanding follow(RequestOrder order, AcceptedRequest accepted);

    /** Takes back what has not ended: a job and a first deployment are stopped, an import is deleted. Twice is once. */
    @ActivityMethod(name = "WithdrawRequest")
    Withdrawn withdraw(AcceptedRequest accepted);
}
