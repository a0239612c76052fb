package dev.slipway.testing.instance;

import dev.slipway.domain.instance.Cluster;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;

/** The same promises through a bad network. */
class UnreliableFakeClusterTests extends FakeClusterTests {

    private Cluster cluster = new FakeCluster();

    @BeforeEach
    void putBehindABadNetwork(TestInfo test) {
        cluster = new UnreliableCluster(super.cluster(), test.getDisplayName().hashCode());
    }

    @Override
    protected Cluster cluster() {
        return cluster;
    }
}
