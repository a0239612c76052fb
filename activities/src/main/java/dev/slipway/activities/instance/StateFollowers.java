package dev.slipway.activities.instance;

import dev.slipway.domain.service.Service;
import dev.slipway.domain.wait.Wait;
import dev.slipway.domain.wait.WaitCondition;
import dev.slipway.domain.wait.WaitStore;
import dev.slipway.domain.workflow.WorkflowIds;
import java.util.List;
import java.util.stream.Stream;

/** The workflows that show the state of a service in Temporal: its own, and those of the requests that wait for its end. */
public final class StateFollowers {

    private final WaitStore waits;
    private final SlotWaiters waiters;

    public StateFollowers(WaitStore waits, SlotWaiters waiters) {
        this.waits = waits;
        this.waiters = waiters;
    }

    /** Wakes them, so that they show the new state. To be called once it is committed. One that is not reached now shows it later. */
    public void tell(Service service) {
        String id = service.id().value();
        Stream<String> requests = waits.all().stream()
                .filter(wait -> wait.condition() instanceof WaitCondition.ServiceSettled settled
                        && settled.service().equals(id))
                .map(Wait::workflowId);
        List<String> all = Stream.concat(Stream.of(WorkflowIds.service(service.name(), id)), requests)
                .distinct()
                .toList();
        waiters.wake(all);
    }
}
