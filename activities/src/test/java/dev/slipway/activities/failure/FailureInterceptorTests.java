package dev.slipway.activities.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.slipway.testing.part.TestTemporal;
import dev.slipway.workflows.activity.RetryLimits;
import dev.slipway.workflows.connection.TemporalConnection;
import dev.slipway.workflows.connection.TemporalProperties;
import dev.slipway.workflows.contract.FailureTypes;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityOptions;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.common.RetryOptions;
import io.temporal.failure.ApplicationFailure;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerFactory;
import io.temporal.worker.WorkerFactoryOptions;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of a step that fails as no step should, on Temporal's dev server. */
@Timeout(60)
class FailureInterceptorTests {

    private final String queue = "failures-" + UUID.randomUUID();
    private final BlockingQueue<String> outages = new LinkedBlockingQueue<>();
    private final TemporalConnection temporal = TemporalConnection.open(
            new TemporalProperties(TestTemporal.shared().address(), TestTemporal.NAMESPACE), "test");
    private final WorkerFactory workers = WorkerFactory.newInstance(
            temporal.client(),
            WorkerFactoryOptions.newBuilder()
                    .setWorkerInterceptors(new FailureInterceptor(
                            (workflow, activity, attempt, lasts, reason) -> outages.add(activity + ": " + reason), 2))
                    .build());

    /** A step. */
    @ActivityInterface
    public interface OneStep {
        void takeStep();
    }

    /** A workflow of that step. */
    @WorkflowInterface
    public interface OneStepWorkflow {
        @WorkflowMethod
        void run();
    }

    /** Its implementation. */
    public static final class OneStepWorkflowImpl implements OneStepWorkflow {
        private final OneStep steps = Workflow.newActivityStub(
                OneStep.class,
                ActivityOptions.newBuilder()
                        .setStartToCloseTimeout(Duration.ofSeconds(20))
                        .setRetryOptions(RetryOptions.newBuilder(RetryLimits.UNTIL_IT_ANSWERS)
                                .setInitialInterval(Duration.ofMillis(50))
                                .build())
                        .build());

        @Override
        public void run() {
            steps.takeStep();
        }
    }

    @AfterEach
    void close() {
        workers.shutdownNow();
        workers.awaitTermination(10, TimeUnit.SECONDS);
        temporal.close();
    }

    private WorkflowStub start(Object... activities) {
        Worker worker = workers.newWorker(queue);
        worker.registerWorkflowImplementationTypes(OneStepWorkflowImpl.class);
        worker.registerActivitiesImplementations(activities);
        workers.start();
        WorkflowStub workflow = temporal.client()
                .newUntypedWorkflowStub(
                        "OneStepWorkflow",
                        WorkflowOptions.newBuilder()
                                .setTaskQueue(queue)
                                .setWorkflowId(queue)
                                .setWorkflowExecutionTimeout(Duration.ofSeconds(50))
                                .build());
        workflow.start();
        return workflow;
    }

    private static ApplicationFailure failure(WorkflowStub workflow) {
        WorkflowFailedException failed =
                catchThrowableOfType(WorkflowFailedException.class, () -> workflow.getResult(Void.class));
        assertThat(failed).hasRootCauseInstanceOf(ApplicationFailure.class);
        Throwable cause = failed;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return (ApplicationFailure) cause;
    }

    @Test
    void anErrorCountsAsABugAfterTheLastTry() {
        AtomicInteger tries = new AtomicInteger();
        OneStep broken = () -> {
            tries.incrementAndGet();
            throw new NoClassDefFoundError("gone");
        };

        ApplicationFailure failure = failure(start(broken));

        assertThat(failure.getType()).isEqualTo(FailureTypes.BUG);
        assertThat(failure.getOriginalMessage()).isEqualTo("step TakeStep failed 2 times: NoClassDefFoundError: gone");
        assertThat(tries).hasValue(2);
    }

    /** During an upgrade a worker of the version before may get it: one of the new version takes it at a later try. */
    @Test
    void aStepThatThisVersionDoesNotHaveIsToldAndTriedAgain() throws InterruptedException {
        WorkflowStub workflow = start(new UnknownSteps());

        assertThat(outages.poll(20, TimeUnit.SECONDS))
                .contains("TakeStep: step 'TakeStep' is not in this version of the worker");
        assertThat(outages.poll(20, TimeUnit.SECONDS)).contains("TakeStep");
        workflow.terminate("enough");
        assertThat(List.copyOf(outages)).allMatch(told -> told.startsWith("TakeStep"));
    }
}
