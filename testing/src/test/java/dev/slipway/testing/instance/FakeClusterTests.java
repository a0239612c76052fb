package dev.slipway.testing.instance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.domain.instance.Cluster;
import dev.slipway.domain.instance.Instance;
import dev.slipway.domain.instance.InstanceState;
import dev.slipway.domain.instance.InstanceTemplate;
import dev.slipway.domain.instance.SetStatus;
import dev.slipway.domain.pool.Flavor;
import dev.slipway.domain.pool.Quantity;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FakeClusterTests extends ClusterContract {

    private final FakeCluster cluster = new FakeCluster();

    FakeClusterTests() {
        cluster.failStarts("failing", 3, "ValueError: wrong setting");
        cluster.failStarts("dying", 9, "the process ended with exit code 9 before it was ready");
        cluster.hangStarts("hanging");
        cluster.loseImage(Templates.labelled("missing").image());
    }

    @Override
    protected Cluster cluster() {
        return cluster;
    }

    @Override
    protected InstanceTemplate working() {
        return Templates.labelled("working");
    }

    @Override
    protected InstanceTemplate failingToLoad() {
        return Templates.labelled("failing");
    }

    @Override
    protected InstanceTemplate dyingBeforeItIsReady() {
        return Templates.labelled("dying");
    }

    @Override
    protected Running running(Instance instance) {
        InstanceTemplate template = cluster.templateOf(instance.id().set());
        return new Running(
                template.label(),
                template.type().wireName(),
                template.flavor().cpu(),
                template.flavor().memoryMb(),
                template.envs(),
                template.placement(),
                template.drain());
    }

    @Override
    protected InstanceTemplate hanging() {
        return Templates.labelled("hanging");
    }

    @Override
    protected InstanceTemplate withoutImage() {
        return Templates.labelled("missing");
    }

    @Override
    protected void kill(Instance instance) {
        cluster.crash(instance.id());
    }

    @Test
    void holdsStartsAndDrainsOnOrder() {
        cluster.holdStarts();
        apply(working(), 1);
        await("starting", found -> states(found).equals(List.of(InstanceState.STARTING)));

        cluster.letStart();
        await("ready", found -> found.ready() == 1);

        cluster.holdDrains();
        apply(working(), 0);
        await("draining", found -> states(found).equals(List.of(InstanceState.DRAINING)));

        cluster.letDrain();
        await("gone", found -> found.instances().isEmpty());
    }

    private static List<InstanceState> states(SetStatus status) {
        return status.instances().stream().map(Instance::state).toList();
    }

    @Test
    void givesWholePiecesOfWhatIsOfferedAndSharesWhereTheyAreOffered() {
        cluster.offer("nvidia.com/gpu", false);
        apply(withGpu(Quantity.whole(2)), 1);
        await("ready", found -> found.ready() == 1);
        apply(working(), 0);
        await("gone", found -> found.instances().isEmpty());

        apply(withGpu(new Quantity(1_500)), 1);
        assertThat(await("failed", found -> found.failure() != null).failure())
                .contains("shares of resource 'nvidia.com/gpu' (1.5)");
        apply(working(), 0);
        await("gone", found -> found.instances().isEmpty());

        cluster.offer("nvidia.com/gpu", true);
        apply(withGpu(new Quantity(1_500)), 1);
        await("ready", found -> found.ready() == 1);
    }

    private InstanceTemplate withGpu(Quantity quantity) {
        return working().withFlavor(new Flavor("gpu", 2, 8192, "GPU", Map.of("nvidia.com/gpu", quantity)));
    }
}
