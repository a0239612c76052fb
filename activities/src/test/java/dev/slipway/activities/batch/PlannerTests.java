package dev.slipway.activities.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipway.domain.batch.BatchInput;
import dev.slipway.domain.batch.BatchInput.Content;
import dev.slipway.domain.batch.ChunkRange;
import dev.slipway.domain.batch.PlanTotals;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.domain.problem.NotAllowed;
import dev.slipway.domain.problem.NotFound;
import dev.slipway.domain.problem.Unavailable;
import dev.slipway.domain.storage.ObjectUri;
import dev.slipway.testing.storage.InMemoryObjectStore.Access;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class PlannerTests {

    @TempDir
    private Path folder;

    @Test
    void numbersFilesInOrderOfTheirKeysAndNamesTheirResultsApart() throws Exception {
        try (TaskFixture fixture = TaskFixture.files(folder)) {
            fixture.put("in/b/x.json", "2");
            fixture.put("in/a/x.json", "1");
            fixture.put("in/a/", "");
            fixture.put("in/infer-result-1/x.json", "0");
            fixture.put("in/c/infer-result-1/x.json", "0");
            fixture.put("into/x.json", "0");

            assertThat(fixture.plan()).isEqualTo(new PlanTotals(2, 2));
            List<BatchInput> inputs = inputs(fixture);
            assertThat(inputs)
                    .extracting(BatchInput::source)
                    .containsExactly("obs://data/in/a/x.json", "obs://data/in/b/x.json");
            assertThat(inputs)
                    .extracting(BatchInput::resultName)
                    .containsExactly("x.json_result.txt", "x.json_2_result.txt");
            assertThat(inputs)
                    .extracting(BatchInput::records)
                    .containsExactly(new ChunkRange(0, 1), new ChunkRange(1, 2));
        }
    }

    /** What can be uploaded can be answered: only what a job writes is passed over. */
    @Test
    void readsAFileThatIsOnlyNamedLikeAResult() throws Exception {
        String task = "infer-result-0f8fad5b-d9cd-469f-a165-70867728950e";
        try (TaskFixture fixture = TaskFixture.files(folder)) {
            for (String written :
                    List.of(".manifest", "_1.manifest", ".probe", "/x_result.txt", ".work/plan/plan.json")) {
                fixture.put("in/" + task + written, "0");
                fixture.put("in/deep/" + task + written, "0");
            }
            fixture.put("in/infer-result-mine.csv", "1");
            fixture.put("in/infer-result-", "1");
            fixture.put("in/deep/" + task + ".csv", "1");

            fixture.plan();
            assertThat(inputs(fixture))
                    .extracting(BatchInput::source)
                    .containsExactly(
                            "obs://data/in/deep/" + task + ".csv",
                            "obs://data/in/infer-result-",
                            "obs://data/in/infer-result-mine.csv");
        }
    }

    @Test
    void givesEachRowOfATableANumber() throws Exception {
        try (TaskFixture fixture = TaskFixture.tables(folder)) {
            fixture.put("in/a.csv", "x,1\n\"y\nz\",2\n");
            fixture.put("in/b.csv", "");
            fixture.put("in/c.txt", "x,1\n");
            fixture.put("in/d.csv", "x,1");

            assertThat(fixture.plan()).isEqualTo(new PlanTotals(4, 5));
            List<BatchInput> inputs = inputs(fixture);
            assertThat(inputs)
                    .extracting(BatchInput::records)
                    .containsExactly(
                            new ChunkRange(0, 2), new ChunkRange(2, 3), new ChunkRange(3, 4), new ChunkRange(4, 5));
            assertThat(reason(inputs.get(1))).isEqualTo("'obs://data/in/b.csv' has no rows");
            assertThat(reason(inputs.get(2))).contains("expected a file that ends in .csv");
        }
    }

    @Test
    void countsNoEmptyRowsAtTheEnd() throws Exception {
        try (TaskFixture fixture = TaskFixture.tables(folder)) {
            fixture.put("in/a.csv", "r1,1,x\r\n,,\r\nr2,2,y\r\n,,\r\n,,\r\n");
            fixture.put("in/b.csv", "r1,1,x\nr2,2,y\n\u001a");
            fixture.put("in/c.csv", ",,\n,,\n");

            assertThat(fixture.plan()).isEqualTo(new PlanTotals(3, 3 + 2 + 1));
            assertThat(reason(inputs(fixture).get(2))).isEqualTo("'obs://data/in/c.csv' has no rows");
        }
    }

    @Test
    void rejectsWhatAManifestNamesOfAnotherProject() throws Exception {
        try (TaskFixture fixture = TaskFixture.manifest(folder)) {
            fixture.put("mine/x.json", "1");
            fixture.put("mine2/x.json", "1");
            fixture.put("list.manifest", """
                    {"source":"obs://data/mine/x.json"}
                    {"source":"obs://data/mine2/x.json"}
                    {"source":"obs://data/mine/../mine2/x.json"}
                    {"source":"https://data.obs.local/mine/%2e%2e/mine2/x.json"}
                    """);
            fixture.grant("data/mine", "data/list.manifest");

            assertThat(fixture.plan()).isEqualTo(new PlanTotals(4, 4));
            List<BatchInput> inputs = inputs(fixture);
            assertThat(inputs.getFirst().content()).isInstanceOf(Content.File.class);
            assertThat(reason(inputs.get(1)))
                    .contains("'obs://data/mine2/x.json': project 'one' may use [data/mine/, data/list.manifest/] only")
                    .contains("the rule 'objects' of project 'one'");
            assertThat(inputs.subList(2, 4)).allMatch(input -> input.content() instanceof Content.Rejected);
        }
    }

    @Test
    void rejectsOnceWhatIsNoTextInUtf8() throws Exception {
        try (TaskFixture fixture = TaskFixture.tables(folder)) {
            fixture.put("in/a.csv", "r1,1\n".repeat(1000) + "r2,\0\n");
            fixture.put("in/b.csv", "PK\u0003\u0004 a workbook");

            assertThat(fixture.plan()).isEqualTo(new PlanTotals(2, 2));
            assertThat(reason(inputs(fixture).get(0)))
                    .startsWith("'obs://data/in/a.csv' is not a text in UTF-8: found a NUL at byte 5004");
            assertThat(reason(inputs(fixture).get(1)))
                    .startsWith("'obs://data/in/b.csv' is not a text: expected UTF-8, found a ZIP archive");
        }
    }

    @Test
    void doesNotReadAFolderOfAnotherProject() throws Exception {
        try (TaskFixture fixture = TaskFixture.files(folder)) {
            fixture.put("in/x.json", "1");
            fixture.grant("data/other");

            assertThatExceptionOfType(NotAllowed.class)
                    .isThrownBy(fixture::plan)
                    .withMessageContaining("'obs://data/in/': project 'one' may use [data/other/] only");
        }
    }

    @Test
    void rejectsWhatAManifestNamesInVain() throws Exception {
        try (TaskFixture fixture = TaskFixture.manifest(folder)) {
            fixture.put("x.json", "1");
            fixture.put("list.manifest", """
                    {"source":"obs://data/x.json"}
                    {"source":"obs://data/none.json"}
                    {"source":"obs://elsewhere/x.json"}
                    {"sauce":"obs://data/x.json"}
                    {"source":"obs://data/x.json"}
                    """);

            assertThat(fixture.plan()).isEqualTo(new PlanTotals(5, 5));
            List<BatchInput> inputs = inputs(fixture);
            assertThat(reason(inputs.get(1))).isEqualTo("'obs://data/none.json' does not exist");
            assertThat(reason(inputs.get(2))).contains("does not exist");
            assertThat(inputs.get(3).content()).isInstanceOf(Content.Rejected.class);
            assertThat(inputs.get(4).resultName()).isEqualTo("x.json_2_result.txt");
        }
    }

    @Test
    void rejectsAFileThatIsTooLong() throws Exception {
        BatchLimits three = Limits.longestFile(3);
        try (TaskFixture fixture = TaskFixture.files(folder, three)) {
            fixture.put("in/a.json", "123");
            fixture.put("in/b.json", "1234");
            fixture.plan();

            assertThat(inputs(fixture).get(0).content()).isInstanceOf(Content.File.class);
            assertThat(reason(inputs(fixture).get(1))).contains("has 4 bytes, expected at most 3");
        }
    }

    @Test
    void keepsThePlanThatStands() throws Exception {
        try (TaskFixture fixture = TaskFixture.files(folder)) {
            fixture.put("in/a.json", "1");
            fixture.plan();
            fixture.put("in/b.json", "2");

            assertThat(fixture.plan()).isEqualTo(new PlanTotals(1, 1));
            assertThat(inputs(fixture)).extracting(BatchInput::source).containsExactly("obs://data/in/a.json");
        }
    }

    @Test
    void refusesASourceWithoutInputAndSaysWhatItIs() {
        try (TaskFixture fixture = TaskFixture.files(folder)) {
            fixture.put("in/infer-result-0f8fad5b-d9cd-469f-a165-70867728950e.manifest", "0");
            assertThatExceptionOfType(Invalid.class)
                    .isThrownBy(fixture::plan)
                    .withMessageContaining("src_path 'obs://data/in/' holds no input");
            fixture.put("in", "x");
            assertThatExceptionOfType(Invalid.class)
                    .isThrownBy(fixture::plan)
                    .withMessageContaining("'obs://data/in' is a file");
        }
        try (TaskFixture fixture = TaskFixture.manifest(folder)) {
            assertThatExceptionOfType(NotFound.class).isThrownBy(fixture::plan).withMessageContaining("list.manifest");
        }
    }

    @Test
    void triesATableThatIsRefusedAgainAndRejectsItOnceThatIsForGood() throws Exception {
        try (TaskFixture fixture = TaskFixture.tables(folder)) {
            fixture.put("in/a.csv", "x,1\n");
            fixture.put("in/b.csv", "x,1\n");
            fixture.store.refuse(Access.READ, uri -> uri.equals(new ObjectUri("data", "in/b.csv")));
            for (int minute = 0; minute < 5; minute++) {
                assertThatExceptionOfType(Unavailable.class).isThrownBy(fixture::plan);
                fixture.clock.pass(Duration.ofSeconds(61));
            }

            assertThat(fixture.plan()).isEqualTo(new PlanTotals(2, 2));
            assertThat(inputs(fixture).get(0).content()).isInstanceOf(Content.Table.class);
            assertThat(reason(inputs(fixture).get(1)))
                    .contains("refuses to read 'obs://data/in/b.csv' for good, 6 times in 5 minutes");
        }
    }

    @Test
    void countsRefusalsAnewOnceTheKeyIsAnswered() throws Exception {
        try (TaskFixture fixture = TaskFixture.tables(folder)) {
            fixture.put("in/a.csv", "x,1\n");
            ObjectUri table = new ObjectUri("data", "in/a.csv");
            fixture.store.refuse(Access.READ, table::equals);
            assertThatExceptionOfType(Unavailable.class).isThrownBy(fixture::plan);
            assertThat(fixture.tasks.refusedKeys(fixture.task.id(), 9)).hasSize(1);
            fixture.store.answerAgain();
            fixture.plan();

            assertThat(fixture.tasks.refusedKeys(fixture.task.id(), 9)).isEmpty();
        }
    }

    private static String reason(BatchInput input) {
        return input.content() instanceof Content.Rejected rejected ? rejected.reason() : "not rejected: " + input;
    }

    private static List<BatchInput> inputs(TaskFixture fixture) throws IOException {
        List<BatchInput> inputs = new ArrayList<>();
        try (PlanReader plan = PlanReader.from(fixture.storage(), fixture.folders(), 0)) {
            BatchInput input;
            while ((input = plan.next()) != null) {
                inputs.add(input);
            }
        }
        return inputs;
    }
}
