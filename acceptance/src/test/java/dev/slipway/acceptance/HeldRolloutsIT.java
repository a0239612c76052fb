package dev.slipway.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.domain.model.Model;
import dev.slipway.domain.service.ServiceId;
import dev.slipway.domain.service.ServiceState;
import dev.slipway.domain.workflow.WorkflowIds;
import dev.slipway.testing.instance.Await;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * What waits takes up no slot of the worker: the queue has 100 slots for activities, and three times as many rollouts wait. A campaign of
 * some ten minutes, run by
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
            // What it is without them, and so that the limit is of these steps and not of their first run.
            settleOthers(slipway, 0, slipway.createServing("before", 2, first), second);
            List<ServiceId> held = slipway.createServing("held", HELD, first);
            List<ServiceId> others = slipway.createServing("other", 2, first);
            slipway.cutOffGateway(held);

            held.forEach(id -> slipway.update(id, second));
            Await.until(
                    "all rollouts wait for the gateway",
                    Duration.ofMinutes(15),
                    () -> waiting(slipway) == HELD,
                    () -> "%d wait".formatted(waiting(slipway)));
            long events = historyOf(held.getFirst(), slipway);
            Instant heldSince = Instant.now();

            assertThat(settleOthers(slipway, HELD, others, second))
                    .allSatisfy((what, took) -> assertThat(took).as(what).isLessThan(LIMIT));
            assertThat(held).allMatch(id -> slipway.service(id).state() == ServiceState.DEPLOYING);
            System.out.printf(
                    "held rollouts: %d; history of one: %d events once it waits, %d after %d s%n",
                    HELD,
                    events,
                    historyOf(held.getFirst(), slipway),
                    Duration.between(heldSince, Instant.now()).toSeconds());
        }
    }

    /** How long a stop and a deletion of these two and a new deployment take. */
    private static Map<String, Duration> settleOthers(
            ManyServices slipway, int held, List<ServiceId> others, Model model) {
        slipway.stop(others.get(0));
        Duration stop = slipway.awaitState(others.get(0), ServiceState.STOPPED, Duration.ofMinutes(1));
        slipway.delete(others.get(1));
        Duration deletion = slipway.awaitState(others.get(1), ServiceState.DELETED, Duration.ofMinutes(1));
        ServiceId fresh = slipway.create("beside-" + held, model);
        Duration deployment = slipway.awaitState(fresh, ServiceState.RUNNING, Duration.ofMinutes(1));
        System.out.printf(
                "beside %d held rollouts: a stop took %d ms, a deletion %d ms, a new deployment %d ms%n",
                held, stop.toMillis(), deletion.toMillis(), deployment.toMillis());
        return Map.of("a stop", stop, "a deletion", deletion, "a new deployment", deployment);
    }

    private static long historyOf(ServiceId id, ManyServices slipway) {
        return slipway.historyLength(WorkflowIds.rollout(slipway.service(id).name(), id.value(), 2));
    }

    private static long waiting(ManyServices slipway) {
        return slipway.database()
                .jdbc()
                .sql("SELECT count(*) FROM workflow_wait WHERE kind = 'RELEASED'")
                .query(Long.class)
                .single();
    }
}
