package dev.slipway.worker.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.domain.access.Account;
import dev.slipway.domain.access.Project;
import dev.slipway.domain.access.ProjectId;
import dev.slipway.domain.event.Event;
import dev.slipway.domain.event.Origin;
import dev.slipway.domain.model.Model;
import dev.slipway.domain.model.ModelId;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.domain.service.Service;
import dev.slipway.domain.service.ServiceState;
import dev.slipway.domain.service.ServiceUpdate;
import dev.slipway.domain.service.Wanted;
import dev.slipway.formats.service.CreateServiceReader;
import dev.slipway.testing.instance.Await;
import dev.slipway.testing.service.Services;
import dev.slipway.workflows.contract.FailureTypes;
import dev.slipway.workflows.contract.batch.BatchEnd;
import dev.slipway.workflows.contract.model.FailedImport;
import dev.slipway.workflows.contract.model.ImageOfModel;
import dev.slipway.workflows.contract.model.Refusal;
import dev.slipway.workflows.contract.request.DeployService;
import dev.slipway.workflows.contract.request.ImportModel;
import dev.slipway.workflows.contract.request.RequestResult;
import dev.slipway.workflows.contract.request.RunBatch;
import io.temporal.api.enums.v1.EventType;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowStub;
import io.temporal.common.converter.RawValue;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.CanceledFailure;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

class RequestTests {

    private final RequestFixture fixture = new RequestFixture();
    private final Model model = fixture.published("0.0.1");

    @Test
    void runsABatchJobAndAnswersHowItEnded() {
        WorkflowStub request = fixture.start(RunBatch.TYPE, RequestFixture.json(job()));
        Service service = fixture.awaitService("nightly", 1);
        assertThat(service.owner()).isEqualTo("temporal");
        assertThat(service.tenant()).isEqualTo("tenant-1");
        fixture.jobEnds(service, BatchEnd.FINISHED, null);

        JsonNode result = request.getResult(JsonNode.class);
        assertThat(result.toString())
                .isEqualTo("{\"id\":\"%s\",\"task_id\":\"%s\",\"status\":\"finished\"}"
                        .formatted(service.id(), service.taskId()));
    }

    @Test
    void answersWhatAJobDidAndWhereItsManifestIsAlsoOnceItsServiceIsDeleted() {
        WorkflowStub request = fixture.start(RunBatch.TYPE, RequestFixture.json(job()));
        Service service = fixture.awaitService("nightly", 1);
        fixture.taskEnds(service, 5, 2);
        fixture.commands.delete(RequestFixture.PROJECT, List.of(service.id()));
        fixture.deleted(fixture.services.find(service.id()).orElseThrow());

        RequestResult result = result(request);
        assertThat(result.status()).isEqualTo("finished");
        assertThat(result.errorMsg()).isNull();
        assertThat(result.records()).isEqualTo(5);
        assertThat(result.failed()).isEqualTo(2);
        assertThat(result.manifest()).isEqualTo("obs://data/out/infer-result-%s.manifest".formatted(service.taskId()));
    }

    @Test
    void answersThatAJobFailedAndWhy() {
        WorkflowStub request = fixture.start(RunBatch.TYPE, RequestFixture.json(job()));
        Service service = fixture.awaitService("nightly", 1);
        fixture.jobEnds(service, BatchEnd.FAILED, "src_path holds no files");

        assertThat(result(request))
                .isEqualTo(
                        new RequestResult(service.id().value(), service.taskId(), "failed", "src_path holds no files"));
    }

    @Test
    void answersThatSomebodyElseStoppedTheJob() {
        WorkflowStub request = fixture.start(RunBatch.TYPE, RequestFixture.json(job()));
        Service service = fixture.awaitService("nightly", 1);
        fixture.commands.update(RequestFixture.PROJECT, service.id(), ServiceUpdate.ofStatus(Wanted.STOPPED));
        fixture.stopped(fixture.awaitService("nightly", 2));

        assertThat(result(request).status()).isEqualTo("stopped");
        assertThat(result(request).errorMsg()).contains("was stopped before it was done");
    }

    @Test
    void runsAKnownServiceAgainIfItsConfigurationIsEqual() {
        WorkflowStub first = fixture.start("one", RunBatch.TYPE, RequestFixture.json(job()));
        fixture.jobEnds(fixture.awaitService("nightly", 1), BatchEnd.FINISHED, null);
        RequestResult before = result(first);

        WorkflowStub second = fixture.start("two", RunBatch.TYPE, RequestFixture.json(job()));
        Service again = fixture.awaitService("nightly", 2);
        assertThat(again.state()).isEqualTo(ServiceState.DEPLOYING);
        fixture.jobEnds(again, BatchEnd.FINISHED, null);

        assertThat(result(second).id()).isEqualTo(before.id());
        assertThat(result(second).taskId()).isEqualTo(again.taskId()).isNotEqualTo(before.taskId());
    }

    @Test
    void refusesAKnownServiceWithAnotherConfiguration() {
        WorkflowStub first = fixture.start("one", RunBatch.TYPE, RequestFixture.json(job()));
        fixture.jobEnds(fixture.awaitService("nightly", 1), BatchEnd.FINISHED, null);
        result(first);

        WorkflowStub other = fixture.start(RunBatch.TYPE, RequestFixture.json(job().replace("/out/", "/elsewhere/")));
        refused(other, FailureTypes.CONFLICT, "ModelArts.3503", "exists with another configuration");
        assertThat(fixture.awaitService("nightly", 1).state()).isEqualTo(ServiceState.FINISHED);
    }

    @Test
    void refusesAKnownServiceWhoseTaskStillRuns() {
        fixture.start("one", RunBatch.TYPE, RequestFixture.json(job()));
        Service running = fixture.awaitService("nightly", 1);

        WorkflowStub second = fixture.start(RunBatch.TYPE, RequestFixture.json(job()));
        refused(second, FailureTypes.CONFLICT, "ModelArts.3519", "'%s' has not ended".formatted(running.taskId()));
    }

    @Test
    void refusesANameOfTheOtherKind() {
        fixture.commands.create(
                Services.caller(RequestFixture.PROJECT),
                Services.creation("nightly", Services.request(model.id(), 1, 100)));
        WorkflowStub request = fixture.start(RunBatch.TYPE, RequestFixture.json(job()));
        refused(request, FailureTypes.CONFLICT, "ModelArts.3503", "exists already with infer_type 'real-time'");
    }

    @Test
    void isOneRequestWhenItsAnswerIsLost() {
        AtomicBoolean lost = new AtomicBoolean();
        fixture.afterEntry = () -> {
            if (lost.compareAndSet(false, true)) {
                throw new IllegalStateException("killed after the commit");
            }
        };
        WorkflowStub request = fixture.start(RunBatch.TYPE, RequestFixture.json(job()));
        Await.until("accepted twice", () -> fixture.entries.get() >= 1 && lost.get(), fixture.entries::get);
        Service service = fixture.awaitService("nightly", 1);
        fixture.jobEnds(service, BatchEnd.FINISHED, null);

        assertThat(result(request).taskId()).isEqualTo(service.taskId());
        assertThat(fixture.entries).hasValue(2);
        assertThat(fixture.awaitService("nightly", 1).taskId()).isEqualTo(service.taskId());
    }

    @Test
    void refusesWithTheMessageAndTheCodeOfTheApi() {
        refusesLikeTheApi(body -> body.replace("\"infer_type\"", "\"service_name\":\"x\",\"infer_type\""));
        refusesLikeTheApi(body -> body.replace("\"dest_path\"", "\"dest_pat\""));
        refusesLikeTheApi(body -> body.replace("\"service_name\"", "\"servicename\""));
        refusesLikeTheApi(body -> body.replace("\"instance_count\":1", "\"instance_count\":{}"));
        refusesLikeTheApi(body -> body.replace("nightly", "n".repeat(65)));
        refusesLikeTheApi(body -> body.substring(0, body.length() - 2));
        refusesLikeTheApi(body -> "[" + body + "]");
        refusesLikeTheApi(body -> "\"" + body.replace("\"", "\\\"") + "\"");
        assertThat(fixture.named("nightly")).isEmpty();
        assertThat(fixture.entries).hasValue(0);
    }

    private void refusesLikeTheApi(UnaryOperator<String> mistake) {
        String body = mistake.apply(job());
        assertThatExceptionOfType(Invalid.class)
                .isThrownBy(() -> new CreateServiceReader("obs.local").read(body.getBytes(StandardCharsets.UTF_8)))
                .satisfies(api -> refused(
                        fixture.start(RunBatch.TYPE, RequestFixture.json(body)),
                        FailureTypes.INVALID,
                        api.code().code(),
                        String.valueOf(api.getMessage())));
    }

    @Test
    void refusesAnUnknownFieldBesideTheProject() {
        String body = job().replaceFirst("\\{", "{\"projct\":\"local\",");
        refused(
                fixture.start(RunBatch.TYPE, RequestFixture.json(body)),
                FailureTypes.INVALID,
                "ModelArts.0104",
                "'projct': unknown field, did you mean 'project'?");
    }

    @Test
    void refusesWhatIsNoSingleJsonInput() {
        RawValue job = RequestFixture.json(job());
        refused(fixture.start(RunBatch.TYPE), FailureTypes.INVALID, "ModelArts.0104", "found none");
        refused(fixture.start(RunBatch.TYPE, job, job), FailureTypes.INVALID, "ModelArts.0104", "found several");
        refused(
                fixture.start(RunBatch.TYPE, RequestFixture.encoded("binary/plain", job())),
                FailureTypes.INVALID,
                "ModelArts.0104",
                "found the encoding 'binary/plain'");
        refused(
                fixture.start(RunBatch.TYPE, RequestFixture.json("")),
                FailureTypes.INVALID,
                "ModelArts.0104",
                "is empty, expected JSON");
        refused(
                fixture.start(RunBatch.TYPE, RequestFixture.json("null")),
                FailureTypes.INVALID,
                "ModelArts.0104",
                "expected an object, found null");
        assertThat(fixture.named("nightly")).isEmpty();
    }

    @Test
    void refusesTheOtherKindAndNamesTheWorkflowForIt() {
        refused(
                fixture.start(RunBatch.TYPE, RequestFixture.json(deployment(model.id(), 1))),
                FailureTypes.INVALID,
                "ModelArts.0104",
                "expected 'batch', found 'real-time': real-time services are deployed by the workflow DeployService");
        refused(
                fixture.start(DeployService.TYPE, RequestFixture.json(job())),
                FailureTypes.INVALID,
                "ModelArts.0104",
                "expected 'real-time', found 'batch': batch jobs are run by the workflow RunBatch");
    }

    @Test
    void takesTheProjectByNameOrId() {
        Project second = new Project(Services.anyProject(), "second", new Account("tenant-2", "other"));
        fixture.accounts.put(second);
        refused(
                fixture.start(RunBatch.TYPE, RequestFixture.json(job())),
                FailureTypes.INVALID,
                "ModelArts.0104",
                "found none, name one");
        refused(
                fixture.start(RunBatch.TYPE, RequestFixture.json(inProject("third"))),
                FailureTypes.INVALID,
                "ModelArts.0104",
                "of [local (%s), second (%s)], found 'third'".formatted(RequestFixture.PROJECT, second.id()));
        // The model belongs to the first project: for the second it does not exist.
        refused(
                fixture.start(
                        RunBatch.TYPE, RequestFixture.json(inProject(second.id().value()))),
                FailureTypes.INVALID,
                "ModelArts.3529",
                "does not exist");
        fixture.start(RunBatch.TYPE, RequestFixture.json(inProject("local")));
        assertThat(fixture.awaitService("nightly", 1).project()).isEqualTo(RequestFixture.PROJECT);
    }

    @Test
    void stopsTheJobWhenTheRequestIsCancelled() {
        WorkflowStub request = fixture.start(RunBatch.TYPE, RequestFixture.json(job()));
        fixture.awaitService("nightly", 1);
        request.cancel();
        Service stopping = fixture.awaitService("nightly", 2);
        assertThat(stopping.state()).isEqualTo(ServiceState.STOPPING);
        assertThat(fixture.services.events(stopping.id()))
                .filteredOn(event -> event.info().equals("Stopping service."))
                .extracting(Event::origin)
                .containsExactly(new Origin("temporal", "local", RequestFixture.ID));
        assertThat(isOpen()).isTrue();
        fixture.stopped(stopping);

        cancelled(request);
        assertThat(fixture.awaitService("nightly", 2).state()).isEqualTo(ServiceState.STOPPED);
    }

    @Test
    void refusalsAreFoundByTheAccount() {
        WorkflowStub unknown = fixture.start(
                "unknown",
                RunBatch.TYPE,
                RequestFixture.json(job().replace(model.id().value(), "nope")));
        refused(unknown, FailureTypes.INVALID, "ModelArts.3529", "nope");
        assertThat(fixture.tenant()).isEqualTo("tenant-1");
        WorkflowStub empty = fixture.start("empty", RunBatch.TYPE);
        refused(empty, FailureTypes.INVALID, "ModelArts.0104", "found none");
        assertThat(fixture.tenant()).isEqualTo("tenant-1");

        fixture.accounts.put(new Project(new ProjectId("0".repeat(32)), "other", new Account("tenant-2", "others")));
        WorkflowStub named = fixture.start("named", RunBatch.TYPE, RequestFixture.json("{\"project\":\"other\"}"));
        refused(named, FailureTypes.INVALID, "ModelArts.0104", "service_name");
        assertThat(fixture.tenant()).isEqualTo("tenant-2");
        WorkflowStub nobody = fixture.start("nobody", RunBatch.TYPE, RequestFixture.json("[1]"));
        refused(nobody, FailureTypes.INVALID, "ModelArts.0104", "object");
        assertThat(fixture.tenant()).as("two accounts, and none is named").isNull();
    }

    @Test
    void takesBackWhatTheDoorAcceptsAfterTheCancellation() {
        fixture.beforeEntry = fixture::cancel;
        WorkflowStub request = fixture.start(RunBatch.TYPE, RequestFixture.json(job()));
        fixture.stopped(fixture.awaitService("nightly", 2));
        cancelled(request);
    }

    @Test
    void leavesAloneWhatANewerCommandHasOvertaken() {
        AtomicBoolean overtaken = new AtomicBoolean();
        fixture.afterEntry = () -> {
            if (overtaken.compareAndSet(false, true)) {
                // Before the request can look or be cancelled its job is done and somebody else runs it again.
                Service first = fixture.awaitService("nightly", 1);
                fixture.jobEnds(first, BatchEnd.FINISHED, null);
                fixture.commands.update(RequestFixture.PROJECT, first.id(), ServiceUpdate.ofStatus(Wanted.RUNNING));
                fixture.cancel();
            }
        };
        cancelled(fixture.start(RunBatch.TYPE, RequestFixture.json(job())));
        assertThat(fixture.awaitService("nightly", 2).state()).isEqualTo(ServiceState.DEPLOYING);
    }

    @Test
    void deploysAServiceAndFollowsItUntilItServes() {
        WorkflowStub request = fixture.start(DeployService.TYPE, RequestFixture.json(deployment(model.id(), 2)));
        Service service = fixture.awaitService("online", 1);
        fixture.deployed(service);

        JsonNode result = request.getResult(JsonNode.class);
        assertThat(result.toString()).isEqualTo("{\"id\":\"%s\",\"status\":\"running\"}".formatted(service.id()));
    }

    @Test
    void bringsAKnownServiceToWhatIsAskedFor() {
        Model newer = fixture.published("0.0.2");
        WorkflowStub first = fixture.start("one", DeployService.TYPE, RequestFixture.json(deployment(model.id(), 2)));
        fixture.deployed(fixture.awaitService("online", 1));
        result(first);

        WorkflowStub same = fixture.start("same", DeployService.TYPE, RequestFixture.json(deployment(model.id(), 2)));
        assertThat(result(same).status()).isEqualTo("running");
        assertThat(fixture.awaitService("online", 1).state()).isEqualTo(ServiceState.RUNNING);

        WorkflowStub update = fixture.start("two", DeployService.TYPE, RequestFixture.json(deployment(newer.id(), 2)));
        Service updating = fixture.awaitService("online", 2);
        assertThat(updating.state()).isEqualTo(ServiceState.DEPLOYING);
        assertThat(updating.asked().entries().getFirst().model()).isEqualTo(newer.id());
        fixture.deployed(updating);
        assertThat(result(update).status()).isEqualTo("running");
    }

    @Test
    void startsAKnownServiceThatIsStopped() {
        WorkflowStub first = fixture.start("one", DeployService.TYPE, RequestFixture.json(deployment(model.id(), 2)));
        Service service = fixture.awaitService("online", 1);
        fixture.deployed(service);
        result(first);
        fixture.commands.update(RequestFixture.PROJECT, service.id(), ServiceUpdate.ofStatus(Wanted.STOPPED));
        fixture.stopped(fixture.awaitService("online", 2));

        // Stored in generation 3, started with it in generation 4.
        WorkflowStub again = fixture.start("two", DeployService.TYPE, RequestFixture.json(deployment(model.id(), 3)));
        Service starting = fixture.awaitService("online", 4);
        assertThat(starting.asked().entries().getFirst().instanceCount()).isEqualTo(3);
        assertThat(starting.state()).isEqualTo(ServiceState.DEPLOYING);
        fixture.deployed(starting);
        assertThat(result(again).status()).isEqualTo("running");
    }

    @Test
    void takesTheWholeBodyForAKnownService() {
        String scheduled = deployment(model.id(), 1)
                .replaceFirst(
                        "\\{",
                        "{\"description\":\"flowers\",\"priority\":3,\"schedule\":[{\"type\":\"stop\",\"time_unit\":\"HOURS\",\"duration\":1}],");
        fixture.deployed(deployed("one", scheduled, 1));
        Service first = fixture.awaitService("online", 1);
        assertThat(first.dueAt()).isNotNull();

        WorkflowStub plain = fixture.start("two", DeployService.TYPE, RequestFixture.json(deployment(model.id(), 1)));
        result(plain);
        Service after = fixture.awaitService("online", 1);
        assertThat(after.dueAt()).isNull();
        assertThat(after.description()).isNull();
        assertThat(after.priority()).isEqualTo(2);
    }

    private Service deployed(String id, String body, long generation) {
        fixture.start(id, DeployService.TYPE, RequestFixture.json(body));
        return fixture.awaitService("online", generation);
    }

    @Test
    void stopsAFirstDeploymentWhenTheRequestIsCancelled() {
        WorkflowStub request = fixture.start(DeployService.TYPE, RequestFixture.json(deployment(model.id(), 2)));
        fixture.awaitService("online", 1);
        request.cancel();
        fixture.stopped(fixture.awaitService("online", 2));

        cancelled(request);
        assertThat(fixture.awaitService("online", 2).state()).isEqualTo(ServiceState.STOPPED);
    }

    @Test
    void tellsWhoCancelledAnUpdateThatIsRolledBack() {
        fixture.start("first", DeployService.TYPE, RequestFixture.json(deployment(model.id(), 1)));
        fixture.deployed(fixture.awaitService("online", 1));
        WorkflowStub update = fixture.start(DeployService.TYPE, RequestFixture.json(deployment(model.id(), 2)));
        Service updating = fixture.awaitService("online", 2);
        update.cancel();

        Await.until(
                "an event of the cancellation",
                () -> fixture.services.events(updating.id()).stream()
                        .anyMatch(event -> event.info().equals("Cancelling the update of the service.")
                                && new Origin("temporal", "local", RequestFixture.ID).equals(event.origin())),
                () -> fixture.services.events(updating.id()));
    }

    @Test
    void importsAModel() {
        WorkflowStub request = fixture.start(ImportModel.TYPE, RequestFixture.json(importOf("digits")));
        Model importing = fixture.awaitModel("digits");
        assertThat(importing.owner()).isEqualTo("temporal");
        fixture.imports.publish(new ImageOfModel(importing.id().value(), "sha256:" + "ab".repeat(32)));

        assertThat(request.getResult(JsonNode.class).toString())
                .isEqualTo("{\"id\":\"%s\",\"status\":\"published\"}".formatted(importing.id()));
        refused(
                fixture.start(ImportModel.TYPE, RequestFixture.json(importOf("digits"))),
                FailureTypes.CONFLICT,
                "ModelArts.3002",
                "exists already");
    }

    @Test
    void answersThatAnImportFailedAndWhy() {
        WorkflowStub request = fixture.start(ImportModel.TYPE, RequestFixture.json(importOf("digits")));
        String id = fixture.awaitModel("digits").id().value();
        fixture.imports.fail(new FailedImport(id, new Refusal("failed", "config.json, line 2: no", "mend it")));

        assertThat(result(request)).isEqualTo(new RequestResult(id, null, "failed", "config.json, line 2: no"));
    }

    @Test
    void endsTheImportWhenTheRequestIsCancelled() {
        WorkflowStub request = fixture.start(ImportModel.TYPE, RequestFixture.json(importOf("digits")));
        ModelId id = fixture.awaitModel("digits").id();
        request.cancel();

        cancelled(request);
        assertThat(fixture.models.find(id)).isEmpty();
    }

    @Test
    void keepsTheHistoryOfALongJobShort() {
        WorkflowStub request = fixture.start(RunBatch.TYPE, RequestFixture.json(job()));
        Service service = fixture.awaitService("nightly", 1);
        fixture.letPass(Duration.ofHours(1));
        assertThat(isOpen()).isTrue();
        fixture.jobEnds(service, BatchEnd.FINISHED, null);

        assertThat(result(request).status()).isEqualTo("finished");
        assertThat(fixture.history().getEvents()).hasSizeLessThan(60);
    }

    private boolean isOpen() {
        EventType last = fixture.history().getLastEvent().getEventType();
        return last != EventType.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED
                && last != EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED;
    }

    private static RequestResult result(WorkflowStub request) {
        return request.getResult(RequestResult.class);
    }

    private static void cancelled(WorkflowStub request) {
        assertThatExceptionOfType(WorkflowFailedException.class)
                .isThrownBy(() -> result(request))
                .satisfies(e -> assertThat(e.getWorkflowCloseEventType())
                        .isEqualTo(EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED))
                .withCauseInstanceOf(CanceledFailure.class);
    }

    private static void refused(WorkflowStub request, String type, String code, String message) {
        assertThatExceptionOfType(WorkflowFailedException.class)
                .isThrownBy(() -> result(request))
                .havingCause()
                .isInstanceOfSatisfying(ApplicationFailure.class, failure -> {
                    assertThat(failure.getOriginalMessage()).contains(message);
                    assertThat(failure.getType()).isEqualTo(type);
                    assertThat(failure.isNonRetryable()).isTrue();
                    assertThat(failure.getDetails().get(String.class)).isEqualTo(code);
                });
    }

    private String inProject(String project) {
        return job().replaceFirst("\\{", "{\"project\":\"%s\",".formatted(project));
    }

    private String job() {
        return """
                {"service_name":"nightly","infer_type":"batch",
                 "config":[{"model_id":"%s","specification":"%s","instance_count":1,
                            "src_path":"obs://data/in/","dest_path":"obs://data/out/","req_uri":"/","mapping_type":"file"}]}
                """.formatted(model.id(), Services.FLAVOR);
    }

    private static String deployment(ModelId model, int instances) {
        return """
                {"service_name":"online","infer_type":"real-time",
                 "config":[{"model_id":"%s","specification":"%s","instance_count":%d,"weight":100}]}
                """.formatted(model, Services.FLAVOR, instances);
    }

    private static String importOf(String name) {
        return """
                {"model_name":"%s","model_version":"0.0.1","model_type":"Custom","source_location":"obs://models/%s/"}
                """.formatted(name, name);
    }

    /** Closes, and before writes the history, to be kept for replays: set -Dslipway.histories=FOLDER. */
    @AfterEach
    void close(TestInfo test) throws Exception {
        String folder = System.getProperty("slipway.histories");
        if (folder != null) {
            Files.writeString(
                    Files.createDirectories(Path.of(folder))
                            .resolve(test.getTestMethod().orElseThrow().getName() + ".json"),
                    fixture.history().toJson(true));
        }
        fixture.close();
    }
}
