package dev.slipway.testing.instance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.domain.instance.Cluster;
import dev.slipway.domain.instance.Instance;
import dev.slipway.domain.instance.InstanceState;
import dev.slipway.domain.instance.InstanceTemplate;
import org.junit.jupiter.api.Test;

class FakeClusterTests extends ClusterContract {

    private final FakeCluster cluster = new FakeCluster();

    FakeClusterTests() {
        cluster.failStarts("failing", 3, "ValueError: wrong setting");
        cluster.failStarts("dying", 9, "the process ended with exit code 9 before it was ready");
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
        assertThat(status().instances()).extracting(Instance::state).containsExactly(InstanceState.STARTING);

        cluster.letStart();
        assertThat(status().ready()).isEqualTo(1);

        cluster.holdDrains();
        apply(working(), 0);
        assertThat(status().instances()).extracting(Instance::state).containsExactly(InstanceState.DRAINING);

        cluster.letDrain();
        assertThat(status().instances()).isEmpty();
    }
}
