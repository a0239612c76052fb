package dev.slipway.domain.rollout;

import dev.slipway.domain.instance.InstanceId;
import java.util.List;

/** The verdict on a version. */
public sealed interface Verdict {

    /** All instances wanted are ready, those that were proven among them. */
    record Healthy(List<InstanceId> ready) implements Verdict {
        public Healthy {
            ready = List.copyOf(ready);
        }
    }

    /** Not all are ready, but they may become so. */
    record Unready(List<InstanceId> ready, int wanted) implements Verdict {
        public Unready {
            ready = List.copyOf(ready);
        }
    }

    /** It crashed or cannot start; {@code cause} is for its user. */
    record Bad(String cause) implements Verdict {}
}
