package dev.slipway.workflows.request;

import io.temporal.testing.WorkflowReplayer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Histories of request workflows as earlier versions made them. */
class RequestReplayTests {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "batch-finished",
                "batch-entered-twice",
                "batch-cancelled",
                "batch-refused",
                "deployment-running",
                "deployment-rolled-back",
                "import-failed",
                "import-cancelled"
            })
    void replays(String history) throws Exception {
        WorkflowReplayer.replayWorkflowExecutionFromResource(
                "histories/request-" + history + ".json",
                RunBatchImpl.class,
                DeployServiceImpl.class,
                ImportModelImpl.class);
    }
}
