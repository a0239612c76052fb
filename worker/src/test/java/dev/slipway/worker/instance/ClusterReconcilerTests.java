package dev.slipway.worker.instance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.domain.instance.Cluster;
import dev.slipway.domain.instance.Instance;
import dev.slipway.domain.instance.InstanceTemplate;
import dev.slipway.testing.instance.FakeCluster;
import dev.slipway.testing.instance.Templates;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
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

    /** The control: where silence is taken for an answer, some of the same sequences never come to rest. */
    @Test
    void takingSilenceForDoneItWouldNotComeToRest() {
        assertThat(LongStream.rangeClosed(1, 40).allMatch(seed -> restsDespiteABug(200, 4, 3, seed)))
                .isFalse();
    }
}
