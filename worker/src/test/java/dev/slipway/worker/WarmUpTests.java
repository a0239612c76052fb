package dev.slipway.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.testing.part.TestTemporal;
import dev.slipway.workflows.connection.TemporalConnection;
import dev.slipway.workflows.connection.TemporalProperties;
import dev.slipway.workflows.contract.service.ServiceInput;
import dev.slipway.workflows.contract.service.ServiceLifecycle;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerFactory;
import io.temporal.worker.WorkerFactoryOptions;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Workflows that have run, in part, before anybody asked for a task of theirs. */
class WarmUpTests {

    private static final List<String> LIVED = new CopyOnWriteArrayList<>();

    private final TemporalConnection temporal = TemporalConnection.open(
            new TemporalProperties(TestTemporal.shared().address(), TestTemporal.NAMESPACE), "test");
    private final WorkerFactory factory = WorkerFactory.newInstance(
            temporal.client(),
            WorkerFactoryOptions.newBuilder()
                    .setUsingVirtualWorkflowThreads(true)
                    .build());
    private final Worker worker = factory.newWorker("warm-up-tests");

    @BeforeEach
    void forget() {
        LIVED.clear();
    }

    @AfterEach
    void close() {
        factory.shutdownNow();
        temporal.close();
    }

    @Test
    void eachWorkflowThatPeopleWaitForTakesItsFirstStep() {
        worker.registerWorkflowImplementationTypes(WorkerApplication.workflows());

        assertThat(WarmUp.of(worker))
                .containsExactlyInAnyOrder("ServiceLifecycle", "Rollout", "BatchInference", "ModelImport");
    }

    @Test
    void itsCodeHasRunBeforeTheWorkerPolls() {
        worker.registerWorkflowImplementationTypes(Noted.class);

        assertThat(WarmUp.of(worker)).containsExactly("ServiceLifecycle");
        assertThat(LIVED).containsExactly("warm-up");
        assertThat(factory.isStarted()).isFalse();
    }

    /** Public, since Temporal calls it by reflection. */
    public static final class Noted implements ServiceLifecycle {

        @Override
        public void live(ServiceInput input) {
            LIVED.add(input.serviceId());
        }

        @Override
        public void wake() {
            // Nobody does.
        }
    }
}
