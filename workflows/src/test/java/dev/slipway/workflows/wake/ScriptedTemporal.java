package dev.slipway.workflows.wake;

import dev.slipway.workflows.batch.BatchInferenceImpl;
import dev.slipway.workflows.connection.Payloads;
import dev.slipway.workflows.contract.Attributes;
import dev.slipway.workflows.contract.Queues;
import dev.slipway.workflows.request.DeployServiceImpl;
import dev.slipway.workflows.rollout.RolloutImpl;
import dev.slipway.workflows.service.ServiceLifecycleImpl;
import io.temporal.api.enums.v1.IndexedValueType;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.common.interceptors.WorkerInterceptor;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerFactoryOptions;

/** A Temporal that skips time, with the workflows of services, rollouts and jobs over a {@link Script}. */
final class ScriptedTemporal {

    private ScriptedTemporal() {}

    static TestWorkflowEnvironment start(Script script, WorkerInterceptor... interceptors) {
        TestWorkflowEnvironment made = TestWorkflowEnvironment.newInstance(TestEnvironmentOptions.newBuilder()
                .setWorkflowClientOptions(WorkflowClientOptions.newBuilder()
                        .setDataConverter(Payloads.converter())
                        .build())
                .setWorkerFactoryOptions(WorkerFactoryOptions.newBuilder()
                        .setWorkerInterceptors(interceptors)
                        .build())
                .build());
        Attributes.ALL.forEach(key -> made.registerSearchAttribute(
                key.getName(),
                switch (key.getValueType()) {
                    case INDEXED_VALUE_TYPE_INT -> IndexedValueType.INDEXED_VALUE_TYPE_INT;
                    case INDEXED_VALUE_TYPE_DATETIME -> IndexedValueType.INDEXED_VALUE_TYPE_DATETIME;
                    default -> IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD;
                }));
        Worker worker = made.newWorker(Queues.CONTROL);
        worker.registerWorkflowImplementationTypes(
                ServiceLifecycleImpl.class,
                RolloutImpl.class,
                BatchInferenceImpl.class,
                DeployServiceImpl.class,
                Foreign.Unmoved.class,
                Foreign.AtOnce.class);
        worker.registerActivitiesImplementations(script.ofServicesAndJobs(), script.ofRollouts(), script.ofRequests());
        made.newWorker(Queues.BATCH).registerActivitiesImplementations(script.ofBatchWork());
        made.start();
        return made;
    }
}
