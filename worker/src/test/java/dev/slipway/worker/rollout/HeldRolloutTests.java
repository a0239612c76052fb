package dev.slipway.worker.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.domain.service.ServiceId;
import dev.slipway.domain.service.ServiceState;
import dev.slipway.domain.service.Wanted;
import dev.slipway.testing.instance.Await;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What waits takes up no slot of the worker. The same with hundreds of rollouts on real servers: HeldRolloutsIT, a campaign. */
class HeldRolloutTests {

    private static final int ACTIVITY_SLOTS = 2;
    private static final int HELD = 3 * ACTIVITY_SLOTS;

    @Test
    void rolloutsHeldByACutOffGatewayKeepNobodyElse() {
        try (RolloutFixture fixture = RolloutFixture.withActivitySlots(ACTIVITY_SLOTS, 4 * HELD)) {
            fixture.gateways.register("g1", Instant.now());
            List<ServiceId> held = IntStream.range(0, HELD)
                    .mapToObj(i -> fixture.create("held-" + i, fixture.entry("0.0.1", 1, 100)))
                    .toList();
            held.forEach(id -> fixture.awaitState(id, ServiceState.RUNNING));
            held.forEach(id -> fixture.gateways.mayServe(id.value()));
            fixture.gateways.cutOff("g1");
            held.forEach(id -> fixture.update(id, fixture.entry("0.0.2", 1, 100)));
            Await.until("all rollouts wait for the gateway", () -> fixture.held() == HELD, fixture::held);

            ServiceId other = fixture.create("other", fixture.entry("0.0.1", 1, 100));
            fixture.awaitState(other, ServiceState.RUNNING);
            fixture.want(other, Wanted.STOPPED);
            fixture.awaitState(other, ServiceState.STOPPED);
            fixture.commands.delete(fixture.project, List.of(other));
            fixture.awaitState(other, ServiceState.DELETED);
            assertThat(held).allMatch(id -> fixture.service(id).state() == ServiceState.DEPLOYING);
            assertThat(fixture.held()).isEqualTo(HELD);

            fixture.gateways.reconnect("g1");
            held.forEach(id -> fixture.awaitState(id, ServiceState.RUNNING));
            assertThat(fixture.cutOff).isEmpty();
        }
    }
}
