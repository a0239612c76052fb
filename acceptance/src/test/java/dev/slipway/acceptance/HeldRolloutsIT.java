package dev.slipway.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.domain.model.Model;
import dev.slipway.domain.service.ServiceId;
import dev.slipway.domain.service.ServiceState;
import dev.slipway.testing.instance.Wait;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * What waits takes up no slot of the worker: the queue has 100 slots for activities, and three times as many rollouts wait. The others have
 * a drain limit of a second, since a stop waits that long for a gateway that is cut off. A campaign of some ten minutes, run by
 * {@code -Dit.test=HeldRolloutsIT -Dslipway.held=300}.
 */
@EnabledIfSystemProperty(named = "slipway.held", matches = "[0-9]+", disabledReason = "a campaign of ten minutes")
@Timeout(1800)
class HeldRolloutsIT {

    private static final int HELD = Integer.getInteger("slipway.held", 300);
    private static final Duration LIMIT = Duration.ofSeconds(5);

    @Test
    void rolloutsHeldByACutOffGatewayKeepNobodyElse() throws Exception {
        try (ManyServices slipway = ManyServices.start()) {
            Model first = slipway.model("iris", "0.0.1");
            Model second = slipway.model("iris", "0.0.2");
            List<ServiceId> held = slipway.createServing("held", HELD, first, 240);
            List<ServiceId> others = slipway.createServing("other", 2, first, 1);
            slipway.cutOffGateway(held);

            held.forEach(id -> slipway.update(id, second));
            Wait.until(
                    "all rollouts wait for the gateway",
                    Duration.ofMinutes(5),
                    () -> waiting(slipway) == HELD,
                    () -> "%d wait".formatted(waiting(slipway)));

            slipway.stop(others.get(0));
            assertThat(slipway.awaitState(others.get(0), ServiceState.STOPPED, Duration.ofMinutes(1)))
                    .isLessThan(LIMIT);
            slipway.delete(others.get(1));
            assertThat(slipway.awaitState(others.get(1), ServiceState.DELETED, Duration.ofMinutes(1)))
                    .isLessThan(LIMIT);
            ServiceId fresh = slipway.create("fresh", second, 240);
            assertThat(slipway.awaitState(fresh, ServiceState.RUNNING, Duration.ofMinutes(1)))
                    .isLessThan(LIMIT);
            assertThat(held).allMatch(id -> slipway.service(id).state() == ServiceState.DEPLOYING);
        }
    }

    private static long waiting(ManyServices slipway) {
        return slipway.database()
                .jdbc()
                .sql("SELECT count(*) FROM workflow_wait WHERE kind = 'RELEASED'")
                .query(Long.class)
                .single();
    }
}
