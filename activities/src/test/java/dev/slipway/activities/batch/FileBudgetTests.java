package dev.slipway.activities.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.testing.instance.Await;
import dev.slipway.workflows.contract.batch.BatchEnd;
import dev.slipway.workflows.contract.batch.BatchResult;
import io.temporal.client.WorkflowStub;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A batch over files holds no more of them than its process's budget. */
@Timeout(90)
class FileBudgetTests {

    private static final int FILES = 60;
    private static final int SIZE = 1_000_000;

    private final BatchFixture fixture;

    FileBudgetTests(@TempDir Path folder) {
        fixture = new BatchFixture(folder);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void readsFilesOnlyAsFarAsTheBudgetGoesHoweverManySlotsThereAre() {
        String padding = "\"" + "x".repeat(SIZE - 2) + "\"";
        for (int i = 0; i < FILES; i++) {
            fixture.put("in/%02d.json".formatted(i), padding);
        }
        fixture.model.hold(body -> true);
        BatchFixture.Job job = fixture.files(4); // 32 slots
        WorkflowStub workflow = job.start();
        long most = fixture.budget.bytes() / SIZE;
        Await.until("the budget is used", () -> fixture.model.calls() == most, fixture.model::calls);
        assertThat(fixture.budget.held()).isEqualTo(most * SIZE);
        fixture.model.release();
        BatchResult result = BatchFixture.result(workflow);

        assertThat(result).isEqualTo(new BatchResult(BatchEnd.FINISHED, null, FILES, FILES, 0));
        assertThat(fixture.budget.mostHeld()).isLessThanOrEqualTo(fixture.budget.bytes());
        assertThat(fixture.budget.held()).isZero();
        List<String> answer = job.result("07.json_result.txt");
        assertThat(answer).hasSize(1);
        assertThat(answer.getFirst()).hasSize(SIZE + "{\"got\": }".length());
    }
}
