package dev.slipway.worker;

import dev.slipway.adapters.images.PullSettings;
import dev.slipway.adapters.images.PushSettings;
import dev.slipway.adapters.local.LocalSettings;
import dev.slipway.adapters.objectstore.ObjectStoreProperties;
import dev.slipway.adapters.postgres.DatabaseProperties;
import dev.slipway.domain.pool.Pools;
import dev.slipway.domain.retention.RetentionPeriods;
import dev.slipway.domain.storage.ObjectGrant;
import dev.slipway.workflows.connection.TemporalProperties;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Settings of a worker.
 *
 * @param data folder of this machine: images, instances and work files lie below it
 * @param objectHost so that {@code https://bucket.<objectHost>/key} is an object
 * @param images from where container images are pulled
 * @param pushes where built images are sent; null if they are only kept here
 * @param local of the instances of this machine
 * @param bake how long new instances of a rollout must stay healthy before old ones end
 * @param retention how long things are kept
 * @param grants of objects to projects
 */
public record WorkerProperties(
        DatabaseProperties database,
        TemporalProperties temporal,
        ObjectStoreProperties objects,
        String objectHost,
        Path data,
        LocalSettings local,
        PullSettings images,
        @Nullable PushSettings pushes,
        Pools pools,
        Duration bake,
        Batch batch,
        RetentionPeriods retention,
        List<ObjectGrant> grants) {

    public WorkerProperties {
        grants = List.copyOf(grants);
    }

    /**
     * Of batch jobs.
     *
     * @param memoryBytes what all jobs of this process hold of files, rows and results at once
     * @param longestOutage how long a job waits for object storage that does not answer
     */
    public record Batch(long memoryBytes, Duration longestOutage) {}
}
