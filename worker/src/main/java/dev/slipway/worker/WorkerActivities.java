package dev.slipway.worker;

import dev.slipway.activities.batch.BatchInstanceActivitiesImpl;
import dev.slipway.activities.batch.BatchLimits;
import dev.slipway.activities.batch.BatchTaskActivitiesImpl;
import dev.slipway.activities.batch.BatchWorkActivitiesImpl;
import dev.slipway.activities.batch.ByteBudget;
import dev.slipway.activities.batch.InstancePools;
import dev.slipway.activities.batch.StorageLimits;
import dev.slipway.activities.batch.TaskInstances;
import dev.slipway.activities.batch.TaskObjects;
import dev.slipway.activities.batch.TaskStorages;
import dev.slipway.activities.instance.InstanceActivitiesImpl;
import dev.slipway.activities.instance.InstanceLogs;
import dev.slipway.activities.instance.ServiceInstances;
import dev.slipway.activities.instance.StateFollowers;
import dev.slipway.activities.model.ImportPredictionImpl;
import dev.slipway.activities.model.ImportRowsImpl;
import dev.slipway.activities.model.ImportSlotsImpl;
import dev.slipway.activities.model.ImportStepsImpl;
import dev.slipway.activities.model.ImportTrialImpl;
import dev.slipway.activities.request.RequestActivitiesImpl;
import dev.slipway.activities.retention.RetentionActivitiesImpl;
import dev.slipway.activities.rollout.RolloutActivitiesImpl;
import dev.slipway.activities.rollout.RolloutContexts;
import dev.slipway.activities.rollout.WaveActivitiesImpl;
import dev.slipway.activities.service.ServiceActivitiesImpl;
import dev.slipway.activities.waiting.StepHeartbeats;
import dev.slipway.adapters.postgres.access.PostgresAccountStore;
import dev.slipway.adapters.postgres.request.PostgresRequestStore;
import dev.slipway.adapters.postgres.retention.PostgresRetentionStore;
import dev.slipway.domain.environment.Environments;
import dev.slipway.domain.image.ImagePulls;
import dev.slipway.domain.image.ImagePushes;
import dev.slipway.domain.image.ImageStore;
import dev.slipway.domain.instance.Cluster;
import dev.slipway.domain.model.ModelCommands;
import dev.slipway.domain.request.RequestCommands;
import dev.slipway.domain.service.ServiceCommands;
import dev.slipway.domain.storage.ObjectStore;
import dev.slipway.domain.storage.ProjectObjects;
import dev.slipway.instance.client.InstanceClient;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * The activities of a worker, by queue.
 *
 * @param work folder for downloads and parts in the making
 */
record WorkerActivities(
        WorkerProperties properties,
        WorkerStores stores,
        WorkerWakes wakes,
        ObjectStore objects,
        ImageStore images,
        ImagePulls pulls,
        ImagePushes pushes,
        Path work,
        InstanceClient instanceClient,
        Cluster cluster,
        Environments environments,
        ServiceCommands commands,
        ProjectObjects projectObjects,
        StepHeartbeats heartbeats,
        Clock clock) {

    private static final Duration LONGEST_WAIT_FOR_SLOTS = Duration.ofHours(24);

    /** Those that only change rows and are soon done. */
    Object[] control() {
        return Stream.of(imports(), services(), rollouts(), tasks(), List.of(retention(), requests()))
                .flatMap(List::stream)
                .toArray();
    }

    private List<Object> imports() {
        return List.of(
                new ImportRowsImpl(stores.models(), clock),
                new ImportSlotsImpl(
                        stores.models(), properties.pools(), stores.admission(), stores.events(), wakes.slots(), clock),
                new ImportTrialImpl(
                        stores.models(),
                        properties.pools(),
                        stores.sets(),
                        new InstanceLogs(cluster),
                        stores.waits(),
                        stores.events(),
                        environments,
                        clock));
    }

    private List<Object> services() {
        return List.of(
                new ServiceActivitiesImpl(
                        stores.services(),
                        stores.sets(),
                        stores.rollouts(),
                        stores.tasks(),
                        stores.waits(),
                        commands,
                        clock),
                new InstanceActivitiesImpl(stores.services(), instances(), stores.admission(), wakes.slots()));
    }

    private List<Object> rollouts() {
        RolloutContexts contexts = new RolloutContexts(stores.sets(), stores.rollouts(), properties.pools());
        return List.of(
                new RolloutActivitiesImpl(
                        stores.services(),
                        stores.sets(),
                        stores.rollouts(),
                        stores.admission(),
                        properties.pools(),
                        wakes.slots(),
                        stores.waits(),
                        new RolloutActivitiesImpl.Limits(LONGEST_WAIT_FOR_SLOTS, properties.bake()),
                        clock),
                new WaveActivitiesImpl(
                        stores.services(),
                        stores.rollouts(),
                        contexts,
                        instances(),
                        new InstanceLogs(cluster),
                        stores.events(),
                        clock));
    }

    private List<Object> tasks() {
        return List.of(
                new BatchTaskActivitiesImpl(
                        stores.services(),
                        stores.tasks(),
                        stores.admission(),
                        properties.pools(),
                        new StateFollowers(stores.waits(), wakes.slots()),
                        new BatchTaskActivitiesImpl.Waits(
                                LONGEST_WAIT_FOR_SLOTS, properties.batch().longestOutage()),
                        clock),
                new BatchInstanceActivitiesImpl(
                        taskInstances(),
                        stores.sets(),
                        stores.tasks(),
                        stores.admission(),
                        stores.waits(),
                        wakes.slots(),
                        new InstanceLogs(cluster),
                        clock));
    }

    private Object retention() {
        return new RetentionActivitiesImpl(
                properties.retention(),
                new PostgresRetentionStore(stores.database()),
                stores.events(),
                stores.gateways(),
                stores.tasks(),
                objects,
                WorkerApplication.diskAreas(properties.data(), properties.retention(), clock),
                heartbeats,
                clock);
    }

    private Object requests() {
        ModelCommands models = new ModelCommands(
                stores.models(),
                properties.pools(),
                wakes.background().ofModels(wakes.models()),
                projectObjects,
                clock);
        return new RequestActivitiesImpl(
                new RequestCommands(new PostgresRequestStore(stores.database()), commands, models),
                new PostgresAccountStore(stores.database()),
                stores.models(),
                stores.services(),
                stores.tasks(),
                stores.admission(),
                stores.waits(),
                properties.objectHost(),
                clock);
    }

    /** Those that read and unpack models. */
    Object[] build() {
        return new Object[] {
            new ImportStepsImpl(
                    stores.models(),
                    stores.events(),
                    objects,
                    images,
                    environments,
                    pulls,
                    pushes,
                    projectObjects,
                    heartbeats,
                    clock),
            new ImportPredictionImpl(stores.models(), stores.sets(), objects, instanceClient, stores.events(), clock)
        };
    }

    /** Those that read, call and write for batch jobs. */
    Object[] batch() {
        StorageLimits limits =
                StorageLimits.DEFAULT.withLongestOutage(properties.batch().longestOutage());
        return new Object[] {
            new BatchWorkActivitiesImpl(
                    new InstancePools(taskInstances(), BatchLimits.DEFAULT, instanceClient),
                    new TaskStorages(
                            stores.tasks(),
                            taskInstances()::isWanted,
                            objects,
                            limits,
                            new TaskObjects(stores.services()::find, projectObjects),
                            clock),
                    stores.tasks(),
                    properties.objectHost(),
                    work,
                    BatchLimits.DEFAULT,
                    new ByteBudget(properties.batch().memoryBytes()),
                    heartbeats)
        };
    }

    private ServiceInstances instances() {
        return new ServiceInstances(stores.services(), stores.sets(), stores.gateways(), stores.waits(), clock);
    }

    private TaskInstances taskInstances() {
        return new TaskInstances(stores.services(), stores.sets(), stores.tasks());
    }
}
