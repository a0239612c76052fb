package dev.slipway.worker.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipway.domain.access.Account;
import dev.slipway.domain.access.Project;
import dev.slipway.domain.model.Model;
import dev.slipway.domain.storage.ObjectGrant;
import dev.slipway.domain.storage.ProjectObjects;
import dev.slipway.testing.service.Services;
import dev.slipway.workflows.contract.FailureTypes;
import dev.slipway.workflows.contract.request.ImportModel;
import dev.slipway.workflows.contract.request.RunBatch;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowStub;
import io.temporal.failure.ApplicationFailure;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests that are started by hand in Temporal, whose UI asks nobody who he is: the project's objects bind them as they bind the API. */
class ProjectObjectsRequestTests {

    private final RequestFixture fixture = new RequestFixture(
            5,
            new ProjectObjects(
                    List.of(new ObjectGrant("acme", "local", List.of(ObjectGrant.folder("data/one")))),
                    () -> List.of(new Project(RequestFixture.PROJECT, "local", new Account("tenant-1", "acme")))));
    private final Model model = fixture.published("0.0.1");

    @AfterEach
    void close() {
        fixture.close();
    }

    @ParameterizedTest
    @CsvSource({"two/in/, one/out/, two/in/", "one/in/, two/out/, two/out/", "one/in/, one2/out/, one2/out/"})
    void aJobReadsAndWritesTheProjectsObjectsAlone(String source, String destination, String refused) {
        refused(
                fixture.start(RunBatch.TYPE, RequestFixture.json(job(source, destination))),
                "'obs://data/%s'".formatted(refused));
        assertThat(fixture.named("nightly")).isEmpty();
    }

    @Test
    void anImportReadsTheProjectsObjectsAlone() {
        refused(
                fixture.start(ImportModel.TYPE, RequestFixture.json(importOf("two/digits/"))),
                "'obs://data/two/digits/'");
        assertThat(fixture.model("digits")).isEmpty();
    }

    /** The control: what is the project's own is accepted. */
    @Test
    void bothAreAcceptedWithinTheProjectsObjects() {
        fixture.start("one", RunBatch.TYPE, RequestFixture.json(job("one/in/", "one/out/")));
        fixture.start("two", ImportModel.TYPE, RequestFixture.json(importOf("one/digits/")));

        assertThat(fixture.awaitService("nightly", 1)).isNotNull();
        assertThat(fixture.awaitModel("digits")).isNotNull();
    }

    private static void refused(WorkflowStub request, String uri) {
        assertThatExceptionOfType(WorkflowFailedException.class)
                .isThrownBy(() -> request.getResult(Object.class))
                .havingCause()
                .isInstanceOfSatisfying(ApplicationFailure.class, failure -> {
                    assertThat(failure.getOriginalMessage())
                            .startsWith(uri)
                            .contains("by the rule 'objects' of project 'local' of account 'acme' in slipway.yml");
                    assertThat(failure.getType()).isEqualTo(FailureTypes.NOT_ALLOWED);
                    assertThat(failure.getDetails().get(String.class)).isEqualTo("ModelArts.0108");
                });
    }

    private String job(String source, String destination) {
        return """
                {"service_name":"nightly","infer_type":"batch",
                 "config":[{"model_id":"%s","specification":"%s","instance_count":1,
                            "src_path":"obs://data/%s","dest_path":"obs://data/%s","req_uri":"/","mapping_type":"file"}]}
                """.formatted(model.id(), Services.FLAVOR, source, destination);
    }

    private static String importOf(String folder) {
        return """
                {"model_name":"digits","model_version":"0.0.1","model_type":"Custom","source_location":"obs://data/%s"}
                """.formatted(folder);
    }
}
