package dev.slipway.worker.instance;

import dev.slipway.domain.instance.Cluster;
import dev.slipway.domain.instance.Instance;
import dev.slipway.domain.instance.InstanceTemplate;
import dev.slipway.testing.instance.FakeCluster;
import dev.slipway.testing.instance.Templates;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterReconcilerTests extends ReconcilerContract {

    private final FakeCluster cluster = new FakeCluster();

    @Override
    Cluster cluster() {
        return cluster;
    }

    @Override
    InstanceTemplate working() {
        return Templates.labelled("working");
    }

    @Override
    void kill(Instance instance) {
        cluster.crash(instance.id());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void bringsTheClusterToTheRowsThroughABadNetwork(long seed) {
        convergesAfter(200, 4, 3, seed);
    }
}
