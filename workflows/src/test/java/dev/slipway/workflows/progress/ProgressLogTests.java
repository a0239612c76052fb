package dev.slipway.workflows.progress;

import static org.assertj.core.api.Assertions.assertThat;

import io.temporal.api.sdk.v1.WorkflowMetadata;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.workflow.QueryMethod;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(40)
class ProgressLogTests {

    private static final String QUEUE = "progress";

    private final TestWorkflowEnvironment environment = TestWorkflowEnvironment.newInstance();

    @BeforeEach
    void start() {
        environment.newWorker(QUEUE).registerWorkflowImplementationTypes(ContinuesOnceImpl.class, TellsImpl.class);
        environment.start();
    }

    @AfterEach
    void close() {
        environment.close();
    }

    @Test
    void aRunThatContinuesAndSaysTheSameAgainShowsWhatItCarries() {
        WorkflowStub stub = environment
                .getWorkflowClient()
                .newUntypedWorkflowStub(
                        "ContinuesOnce",
                        WorkflowOptions.newBuilder()
                                .setTaskQueue(QUEUE)
                                .setWorkflowId("continues")
                                .build());
        stub.start(List.of());
        environment.sleep(Duration.ofMinutes(1));

        WorkflowStub running = environment.getWorkflowClient().newUntypedWorkflowStub("continues");
        assertThat(running.query("lines", Integer.class)).as("it continued").isEqualTo(2);
        String details = running.query("__temporal_workflow_metadata", WorkflowMetadata.class)
                .getCurrentDetails();
        assertThat(details)
                .startsWith("**Service iris**")
                .contains("by admin")
                .containsOnlyOnce("generation 1, running");
    }

    /** What a package printed is text, whatever it looks like, and of many lines the first is shown. */
    @Test
    void foreignTextIsNoPartOfThePage() {
        WorkflowStub stub = environment
                .getWorkflowClient()
                .newUntypedWorkflowStub(
                        "Tells",
                        WorkflowOptions.newBuilder()
                                .setTaskQueue(QUEUE)
                                .setWorkflowId("tells")
                                .build());
        stub.start(
                "import of <b>x</b>",
                List.of(
                        "goes back: my_model: [see](http://evil) ![x](y) <img src=x> `code` **loud** __init__ &lt; \\",
                        "failed: exit code 3\nThe end of its log 'a.log':\n# a heading\n- and a list",
                        "one\u001b[2J\u202etwo"));
        environment.sleep(Duration.ofSeconds(1));

        String details = stub.query("__temporal_workflow_metadata", WorkflowMetadata.class)
                .getCurrentDetails();
        assertThat(details).startsWith("**import of \\<b>x\\</b>**\n\n");
        assertThat(details.lines().skip(2).map(line -> line.replaceFirst("- `[^`]*Z` ", "")))
                .containsExactly(
                        "goes back: my_model: \\[see\\](http://evil) !\\[x\\](y) \\<img src=x> \\`code\\` \\*\\*loud\\*\\* \\_\\_init\\_\\_ \\&lt; \\\\",
                        "failed: exit code 3 (the events say more)",
                        "one\uFFFD\\[2J\uFFFDtwo");
    }

    @WorkflowInterface
    public interface Tells {

        @WorkflowMethod
        void tell(String heading, List<String> lines);
    }

    public static final class TellsImpl implements Tells {

        @Override
        public void tell(String heading, List<String> lines) {
            ProgressLog progress = new ProgressLog(heading, List.of());
            lines.forEach(progress::add);
            Workflow.await(() -> false);
        }
    }

    /** Says where it is at the begin of each run, as a lifecycle does. */
    @WorkflowInterface
    public interface ContinuesOnce {

        @WorkflowMethod
        void run(List<String> before);

        @QueryMethod
        int lines();
    }

    public static final class ContinuesOnceImpl implements ContinuesOnce {

        private List<String> carried = List.of();

        @Override
        public void run(List<String> before) {
            carried = before;
            ProgressLog progress = new ProgressLog("Service iris", before);
            if (before.isEmpty()) {
                progress.add("deploy, by admin");
            }
            progress.add("generation 1, running");
            if (before.isEmpty()) {
                Workflow.newContinueAsNewStub(ContinuesOnce.class).run(progress.last(10));
            }
            Workflow.await(() -> false);
        }

        @Override
        public int lines() {
            return carried.size();
        }
    }
}
