package dev.slipway.activities.request;

import dev.slipway.domain.batch.TaskId;
import dev.slipway.domain.pool.Admission;
import dev.slipway.domain.pool.Claim;
import dev.slipway.domain.pool.Grant;
import dev.slipway.domain.pool.Holder;
import dev.slipway.domain.service.RequiredSlots;
import dev.slipway.domain.service.Service;
import java.util.ArrayList;
import java.util.List;

/** What a service that has no slots yet waits for, and how long the queue before it is. */
final class SlotQueue {

    private final Admission admission;

    SlotQueue(Admission admission) {
        this.admission = admission;
    }

    /** For people; "" if it waits for no slots now. */
    String words(Service service) {
        List<String> waits = new ArrayList<>();
        for (Claim claim : RequiredSlots.by(service, service.asked()).claims()) {
            String task = service.taskId();
            Holder holder = task == null ? claim.holder() : new TaskId(task).holder();
            if (admission.standing(holder) instanceof Grant.Waiting grant) {
                waits.add("%d slots of '%s' in pool '%s' wanted, %d free, position %d"
                        .formatted(
                                grant.wanted(),
                                claim.flavor(),
                                claim.pool(),
                                Math.max(0, grant.free()),
                                grant.position()));
            }
        }
        return String.join("; ", waits);
    }
}
