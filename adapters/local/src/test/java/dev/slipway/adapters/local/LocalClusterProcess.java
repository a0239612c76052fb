package dev.slipway.adapters.local;

import dev.slipway.domain.instance.DesiredSet;
import dev.slipway.domain.instance.Instance;
import dev.slipway.domain.instance.InstanceSet;
import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.testing.instance.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A process of its own that runs one instance until it is killed. */
final class LocalClusterProcess {

    private LocalClusterProcess() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        InstanceSetId set = new InstanceSetId(arguments[1]);
        LocalClusterFixture fixture = new LocalClusterFixture(folder);
        LocalCluster cluster = fixture.open();
        cluster.apply(DesiredSet.of(new InstanceSet(set, LocalClusterFixture.working()), 1, 1));
        Await.until("ready", () -> cluster.status(set).ready() == 1, () -> cluster.status(set));
        Instance instance = cluster.status(set).instances().getFirst();
        Path draft =
                Files.writeString(folder.resolve("ready.new"), instance.id().toString());
        Files.move(draft, folder.resolve("ready"));
        new CountDownLatch(1).await();
    }
}
