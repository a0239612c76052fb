package dev.slipway.testing.wait;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.wait.Wait;
import dev.slipway.domain.wait.WaitCondition;
import dev.slipway.domain.wait.WaitStore;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What every {@link WaitStore} does. */
public abstract class WaitStoreContract {

    private static final Instant NOON = Instant.parse("2026-11-27T12:00:00Z");
    private static final InstanceSetId SET = new InstanceSetId("service-a-g1-e0");
    private static final InstanceId INSTANCE = new InstanceId(SET, 0, 1);

    private static final List<WaitCondition> CONDITIONS = List.of(
            new WaitCondition.Judged(Map.of(SET, 2), Set.of(INSTANCE)),
            new WaitCondition.Unhealthy(Map.of(SET, 2), Set.of(INSTANCE)),
            new WaitCondition.Ready(Map.of(SET, 1), false),
            new WaitCondition.Ready(Map.of(SET, 1), true),
            new WaitCondition.Ended(Map.of(SET, 0), Set.of(INSTANCE)),
            new WaitCondition.Released("a-service", 3, Set.of(INSTANCE)),
            new WaitCondition.ServiceSettled("a-service", 4),
            new WaitCondition.TaskEnded("a-task"),
            new WaitCondition.ModelSettled("a-model"));

    private final String workflow = "service/" + UUID.randomUUID();

    protected abstract WaitStore store();

    @Test
    void givesBackWhatItWasTold() {
        for (WaitCondition condition : CONDITIONS) {
            Wait wait = new Wait(workflow, condition, NOON);

            store().put(wait);

            assertThat(mine()).containsExactly(wait);
        }
    }

    @Test
    void aWorkflowWaitsForOneThing() {
        store().put(new Wait(workflow, new WaitCondition.Ready(Map.of(SET, 1), false), NOON));
        Wait second = new Wait(workflow, new WaitCondition.Ready(Map.of(SET, 2), false), NOON.plusSeconds(5));

        store().put(second);

        assertThat(mine()).containsExactly(second);
    }

    @Test
    void anEqualConditionKeepsItsTime() {
        Wait first = new Wait(workflow, new WaitCondition.Ready(Map.of(SET, 1), false), NOON);
        store().put(first);

        store().put(new Wait(workflow, first.condition(), NOON.plusSeconds(60)));

        assertThat(mine()).containsExactly(first);
    }

    @Test
    void theOldestComesFirst() {
        Wait late = new Wait(workflow + "/a", new WaitCondition.Ready(Map.of(SET, 1), false), NOON.plusSeconds(60));
        Wait early = new Wait(workflow + "/b", new WaitCondition.Ready(Map.of(SET, 1), false), NOON);
        store().put(late);
        store().put(early);

        assertThat(mine()).containsExactly(early, late);
    }

    @Test
    void removesOneOrAWholeFamily() {
        String other = workflow + "-other";
        for (String id : List.of(workflow, workflow + "/rollout/1", workflow + "/rollout/2", other)) {
            store().put(new Wait(id, new WaitCondition.Ready(Map.of(SET, 1), false), NOON));
        }

        store().remove(workflow + "/rollout/2");
        store().remove(workflow + "/rollout/2");
        assertThat(mine())
                .extracting(Wait::workflowId)
                .containsExactlyInAnyOrder(workflow, workflow + "/rollout/1", other);

        store().removeAll(workflow);
        assertThat(mine()).extracting(Wait::workflowId).containsExactly(other);
    }

    private List<Wait> mine() {
        return store().all().stream()
                .filter(wait -> wait.workflowId().startsWith(workflow))
                .toList();
    }
}
