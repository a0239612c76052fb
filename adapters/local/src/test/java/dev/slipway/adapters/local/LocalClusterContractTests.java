package dev.slipway.adapters.local;

import dev.slipway.domain.instance.Cluster;
import dev.slipway.domain.instance.Instance;
import dev.slipway.domain.instance.InstanceTemplate;
import dev.slipway.testing.instance.ClusterContract;
import dev.slipway.testing.instance.Templates;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;

class LocalClusterContractTests extends ClusterContract {

    private final LocalClusterFixture fixture = LocalClusterFixture.create();
    private final LocalCluster cluster = fixture.open();

    @AfterEach
    void close() throws InterruptedException {
        cluster.endAll(Duration.ofSeconds(10));
        cluster.close();
        fixture.close();
    }

    @Override
    protected Cluster cluster() {
        return cluster;
    }

    @Override
    protected InstanceTemplate working() {
        return LocalClusterFixture.working();
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
    protected InstanceTemplate hanging() {
        return Templates.labelled("hanging");
    }

    @Override
    protected InstanceTemplate withoutImage() {
        return Templates.labelled("missing");
    }

    @Override
    protected void kill(Instance instance) {
        fixture.processOf(instance.id()).kill();
    }
}
