package dev.slipway.testing.pool;

import dev.slipway.domain.pool.Admission;
import dev.slipway.domain.pool.Holder;
import dev.slipway.domain.pool.Pools;
import java.time.Clock;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

class InMemoryAdmissionTests extends AdmissionContract {

    private final Set<Holder> gone = new HashSet<>();
    private @Nullable InMemoryAdmission admission;

    @Override
    protected Admission admission(Pools pools) {
        if (admission == null) {
            admission = new InMemoryAdmission(pools, Clock.systemUTC(), holder -> !gone.contains(holder));
        } else {
            admission.syncPools(pools);
        }
        return admission;
    }

    @Override
    protected Holder newHolder() {
        return new Holder("service/%s/pool/flavor".formatted(UUID.randomUUID()));
    }

    @Override
    protected void loseInterest(Holder holder) {
        gone.add(holder);
    }
}
