package dev.slipway.testing.batch;

import dev.slipway.domain.batch.TaskSpec;
import dev.slipway.domain.image.ImageDigest;
import dev.slipway.domain.instance.InstanceTemplate;
import dev.slipway.domain.instance.Placement;
import dev.slipway.domain.model.ModelApi;
import dev.slipway.domain.model.ModelType;
import dev.slipway.domain.pool.Flavor;
import dev.slipway.domain.service.BatchEntry;
import dev.slipway.domain.storage.ObjectUri;
import dev.slipway.testing.service.Services;
import java.time.Duration;
import java.util.Map;

/** Batch tasks for tests. */
public final class Tasks {

    private Tasks() {}

    /** A task over tables, on two instances. */
    public static TaskSpec spec() {
        BatchEntry entry = new BatchEntry(
                new ObjectUri("data", "in/"),
                false,
                new ObjectUri("data", "out/"),
                "/",
                BatchEntry.Mapping.CSV,
                "{\"type\":\"number\",\"index\":0}");
        InstanceTemplate template = InstanceTemplate.ofEngine(
                new ImageDigest("sha256:" + "ab".repeat(32)),
                "iris 0.0.1",
                ModelType.CUSTOM,
                new Flavor(Services.FLAVOR, 2, 8192, "CPU"),
                Map.of("A", "b"),
                Duration.ofSeconds(30),
                Placement.ANYWHERE);
        ModelApi api = new ModelApi("/", "POST", null, "application/json", null, null, null, false);
        return new TaskSpec(entry, api, template, new TaskSpec.Slots(Services.POOL, 2, 2), 20);
    }
}
