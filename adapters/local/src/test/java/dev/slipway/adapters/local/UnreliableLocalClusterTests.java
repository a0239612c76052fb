package dev.slipway.adapters.local;

import dev.slipway.domain.instance.Cluster;
import dev.slipway.testing.instance.UnreliableCluster;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;

/** The same promises through a bad network, as if these processes were on another machine. */
class UnreliableLocalClusterTests extends LocalClusterContractTests {

    private Cluster cluster = super.cluster();

    @BeforeEach
    void putBehindABadNetwork(TestInfo test) {
        cluster = new UnreliableCluster(super.cluster(), test.getDisplayName().hashCode());
    }

    @Override
    protected Cluster cluster() {
        return cluster;
    }
}
