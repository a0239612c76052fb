package dev.slipway.workflows.wake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.domain.workflow.WorkflowIds;
import dev.slipway.workflows.contract.Attributes;
import dev.slipway.workflows.contract.FailureTypes;
import dev.slipway.workflows.contract.Queues;
import dev.slipway.workflows.contract.batch.BatchEnd;
import dev.slipway.workflows.contract.batch.BatchRun;
import dev.slipway.workflows.contract.batch.InstancesHealth;
import dev.slipway.workflows.contract.batch.OpenedTask;
import dev.slipway.workflows.contract.batch.Planned;
import dev.slipway.workflows.contract.batch.TaskWish;
import dev.slipway.workflows.contract.instance.Drain;
import dev.slipway.workflows.contract.instance.Ending;
import dev.slipway.workflows.contract.pool.AdmissionResult;
import dev.slipway.workflows.contract.request.AcceptedRequest;
import dev.slipway.workflows.contract.request.DeployService;
import dev.slipway.workflows.contract.request.RequestKind;
import dev.slipway.workflows.contract.request.RequestResult;
import dev.slipway.workflows.contract.request.RequestStanding;
import dev.slipway.workflows.contract.request.Withdrawn;
import dev.slipway.workflows.contract.rollout.RolloutInput;
import dev.slipway.workflows.contract.rollout.RolloutResult;
import dev.slipway.workflows.contract.rollout.RolloutStart;
import dev.slipway.workflows.contract.rollout.VersionHealth;
import dev.slipway.workflows.contract.service.ServiceInput;
import dev.slipway.workflows.contract.service.ServiceLifecycle;
import dev.slipway.workflows.contract.service.ServicePlan;
import dev.slipway.workflows.contract.service.ServicePlan.Next;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.enums.v1.EventType;
import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.failure.ApplicationFailure;
import io.temporal.testing.TestWorkflowEnvironment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What waiting for a day costs in events of a history, and that no history grows for ever. Time is skipped. */
@Timeout(40)
class LongWaitTests {

    private static final String SERVICE = "0e0e0e0e-0000-4000-8000-000000000001";
    private static final String NAME = "iris";
    private static final String TASK = "0e0e0e0e-0000-4000-8000-000000000002";
    private static final String LIFECYCLE = WorkflowIds.service(NAME, SERVICE);
    private static final String ROLLOUT = WorkflowIds.rollout(NAME, SERVICE, 2);
    private static final String REQUEST = "a-request";
    private static final BatchRun JOB = new BatchRun(SERVICE, NAME, TASK, 1);

    private static final Duration START_WITHIN = Duration.ofMinutes(20);

    private static final int A_DAY = 200;
    /** Of pauses that grow fourfold from five minutes to four hours. */
    private static final int CHECKS_A_DAY = 8;
    /** From 1,200 on a run goes on in a new one, once it has come to its next wait. */
    private static final int LONGEST = 1_250;

    private final Script script = new Script();
    private final TestWorkflowEnvironment environment = ScriptedTemporal.start(script, ChangedChildren.neverTwice());

    @BeforeEach
    void answerAsARolloutThatGoesWell() {
        plan(Next.ROLL_OUT, null, null);
        script.answer("RolloutActivities.takeSnapshot", () -> start(true))
                .answer("RolloutActivities.admit", () -> admission(AdmissionResult.State.GRANTED))
                .answer("WaveActivities.scaleUp", () -> 1)
                .answer("WaveActivities.checkReady", LongWaitTests::healthy)
                .answer("WaveActivities.judge", LongWaitTests::healthy)
                .answer("WaveActivities.drainOld", LongWaitTests::drain)
                .answer("WaveActivities.end", () -> new Ending(Ending.State.HELD, "gateway lost"))
                .answer("BatchTaskActivities.wish", () -> new TaskWish(false))
                .answer(
                        "BatchTaskActivities.open",
                        () -> new OpenedTask(
                                "job", 1, START_WITHIN, Duration.ofHours(48), false, null, null, false, null))
                .answer("BatchTaskActivities.claimSlots", () -> admission(AdmissionResult.State.WAITING))
                .answer("BatchInstanceActivities.startInstances", () -> "")
                .answer("BatchWorkActivities.plan", () -> new Planned(1, 1, ""))
                .answer(
                        "BatchInstanceActivities.checkInstances",
                        () -> new InstancesHealth(InstancesHealth.State.STARTING, "none is ready"))
                .answer(
                        "RequestActivities.accept",
                        () -> new AcceptedRequest(
                                RequestKind.DEPLOY_SERVICE, SERVICE, "service online", "tenant", 2, null, "online"))
                .answer(
                        "RequestActivities.follow",
                        () -> new RequestStanding(null, "service 'online' is deploying", "deploying"))
                .answer("RequestActivities.withdraw", () -> new Withdrawn("it goes back", ROLLOUT));
    }

    @AfterEach
    void close() {
        environment.close();
    }

    @Test
    void aRolloutHeldByAGateway() {
        start("Rollout", ROLLOUT, new RolloutInput(SERVICE, NAME, 2, "tenant", null));

        costsLittle(ROLLOUT, "WaveActivities.end");
        assertThat(shown(ROLLOUT)).containsExactly("waiting");
    }

    @Test
    void aRolloutWhoseInstancesAreReadyAndUnreadyInTurnTimesOut() {
        script.answer(
                        "RolloutActivities.takeSnapshot",
                        () -> new RolloutStart(
                                "iris",
                                true,
                                false,
                                Duration.ofMinutes(1),
                                Duration.ofHours(48),
                                Duration.ofSeconds(5),
                                null,
                                false))
                .answer("WaveActivities.judge", () -> health(VersionHealth.State.UNREADY))
                .answer("WaveActivities.timeOut", () -> health(VersionHealth.State.TIMED_OUT))
                .answer("RolloutActivities.isOvertaken", () -> true)
                .answer("RolloutActivities.conclude", () -> new RolloutResult("CANCELLED", "the script says so"));
        WorkflowStub rollout = start("Rollout", ROLLOUT, new RolloutInput(SERVICE, NAME, 2, "tenant", null));
        environment.sleep(Duration.ofMinutes(2));

        assertThat(script.calls("WaveActivities.timeOut")).isEqualTo(1);
        assertThat(rollout.getResult(RolloutResult.class).outcome()).isEqualTo("CANCELLED");
    }

    @Test
    void aRolloutThatWaitsForSlots() {
        script.answer("RolloutActivities.takeSnapshot", () -> start(false))
                .answer("RolloutActivities.admit", () -> admission(AdmissionResult.State.WAITING));
        start("Rollout", ROLLOUT, new RolloutInput(SERVICE, NAME, 2, "tenant", null));

        costsLittle(ROLLOUT, "RolloutActivities.admit");
        assertThat(shown(ROLLOUT)).containsExactly("waiting");
    }

    @Test
    void aJobThatWaitsForSlots() {
        start("BatchInference", JOB.workflowId(), JOB);

        costsLittle(JOB.workflowId(), "BatchTaskActivities.claimSlots");
        assertThat(shown(JOB.workflowId())).containsExactly("waiting");
    }

    @Test
    void aJobThatIsPaused() {
        paused(true);
        start("BatchInference", JOB.workflowId(), JOB);

        costsLittle(JOB.workflowId(), "BatchTaskActivities.wish");
        assertThat(shown(JOB.workflowId())).containsExactly("paused");
        assertThat(script.calls("BatchInstanceActivities.endInstances")).isEqualTo(1);
        assertThat(script.calls("BatchInstanceActivities.releaseSlots")).isEqualTo(1);
        assertThat(script.calls("BatchTaskActivities.claimSlots")).isZero();
    }

    @Test
    void aPausedJobGoesOnInNewRunsAndFromWhereItWas() {
        paused(true);
        start("BatchInference", JOB.workflowId(), JOB);
        goesOnInNewRuns(JOB.workflowId());
        environment.sleep(Duration.ofDays(9));
        assertThat(script.calls("BatchTaskActivities.seal")).isZero();

        paused(false);
        environment.getWorkflowClient().newUntypedWorkflowStub(JOB.workflowId()).signal("resume");
        environment.sleep(Duration.ofMinutes(1));
        assertThat(script.calls("BatchTaskActivities.command")).isEqualTo(1);
        assertThat(script.calls("BatchTaskActivities.claimSlots")).isPositive();
    }

    private void paused(boolean isPaused) {
        script.answer("BatchTaskActivities.wish", () -> new TaskWish(isPaused))
                .answer(
                        "BatchTaskActivities.open",
                        () -> new OpenedTask(
                                "job", 1, START_WITHIN, Duration.ofHours(48), false, null, null, isPaused, null))
                .answer("BatchInstanceActivities.endInstances", () -> Ending.of(Ending.State.ENDED));
    }

    @Test
    void aRequestWhoseWorkGoesOn() {
        startRequest();

        costsLittle(REQUEST, "RequestActivities.follow");
        assertThat(events(REQUEST).getFirst())
                .as("a request that waits is not drawn as an activity that fails")
                .noneMatch(HistoryEvent::hasActivityTaskFailedEventAttributes)
                .filteredOn(HistoryEvent::hasActivityTaskStartedEventAttributes)
                .isNotEmpty()
                .allMatch(event -> event.getActivityTaskStartedEventAttributes().getAttempt() == 1);
    }

    @Test
    void aCancelledRequestWhoseRolloutDoesNotHeedIt() {
        start("Foreign", ROLLOUT);
        startRequest().cancel();

        costsLittle(REQUEST, "RequestActivities.follow");
    }

    @Test
    void aServiceBesideARolloutThatIsNotItsOwn() {
        start("Foreign", ROLLOUT);
        startService();

        costsLittle(LIFECYCLE, "ServiceActivities.plan");
        assertThat(script.calls("ServiceActivities.awaitSettled")).isEqualTo(1);
    }

    @Test
    void aServiceBesideAJobThatIsNotItsOwn() {
        plan(Next.RUN_BATCH, TASK, null);
        start("Foreign", JOB.workflowId());
        startService();

        costsLittle(LIFECYCLE, "ServiceActivities.plan");
    }

    @Test
    void aServiceWhoseRolloutCannotBeStarted() {
        use(ROLLOUT);
        startService();

        costsLittle(LIFECYCLE, "ServiceActivities.plan");
    }

    @Test
    void aServiceWhoseJobCannotBeStarted() {
        plan(Next.RUN_BATCH, TASK, null);
        use(JOB.workflowId());
        startService();

        costsLittle(LIFECYCLE, "ServiceActivities.plan");
    }

    @Test
    void aStopThatARolloutDoesNotHeed() {
        plan(Next.STOP, null, 2L);
        start("Foreign", ROLLOUT);
        startService();

        costsLittle(LIFECYCLE, EventType.EVENT_TYPE_EXTERNAL_WORKFLOW_EXECUTION_SIGNALED);
    }

    @Test
    void aStopThatAJobDoesNotHeed() {
        plan(Next.STOP, TASK, null);
        start("Foreign", JOB.workflowId());
        startService();

        costsLittle(LIFECYCLE, EventType.EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_FAILED);
    }

    @Test
    void aServiceWhoseRowCannotBeRead() {
        script.answer("ServiceActivities.plan", LongWaitTests::broken);
        startService();

        costsLittle(LIFECYCLE, "ServiceActivities.giveUp");
    }

    @Test
    void aStepThatCanNeitherBeDoneNorGivenUp() {
        plan(Next.SHARE, null, null);
        script.answer("ServiceActivities.share", LongWaitTests::broken)
                .answer("ServiceActivities.giveUp", LongWaitTests::broken);
        startService();

        costsLittle(LIFECYCLE, "ServiceActivities.share");
    }

    /** The control of the figures above: the same day with a wake each ten minutes costs many times as much. */
    @Test
    void aDayOfWakesWouldCostMore() {
        start("Foreign", ROLLOUT);
        WorkflowStub service = startService();
        int before = eventsAfter(LIFECYCLE, Duration.ofMinutes(1));
        for (int i = 0; i < 144; i++) {
            service.signal("wake");
            environment.sleep(Duration.ofMinutes(10));
        }

        assertThat(eventsAfter(LIFECYCLE, Duration.ZERO) - before).isGreaterThan(10 * A_DAY);
    }

    @Test
    void aWaitForARolloutThatIsNotItsOwnGoesOnInNewRuns() {
        start("Foreign", ROLLOUT);
        startService();

        goesOnInNewRuns(LIFECYCLE);
    }

    @Test
    void aWaitForTheEndOfARolloutGoesOnInNewRuns() {
        plan(Next.STOP, null, 2L);
        start("Foreign", ROLLOUT);
        startService();

        goesOnInNewRuns(LIFECYCLE);
    }

    @Test
    void aWaitForTheEndOfAJobGoesOnInNewRuns() {
        plan(Next.STOP, TASK, null);
        start("Foreign", JOB.workflowId());
        startService();

        goesOnInNewRuns(LIFECYCLE);
    }

    @Test
    void aRowThatCannotBeReadGoesOnInNewRuns() {
        script.answer("ServiceActivities.plan", LongWaitTests::broken);
        startService();

        goesOnInNewRuns(LIFECYCLE);
    }

    @Test
    void aRolloutHeldByAGatewayGoesOnInNewRuns() {
        start("Rollout", ROLLOUT, new RolloutInput(SERVICE, NAME, 2, "tenant", null));

        goesOnInNewRuns(ROLLOUT);
    }

    @Test
    void aServiceWithItsOwnRolloutGoesOnInNewRuns() {
        startService();

        goesOnInNewRuns(LIFECYCLE);
    }

    @Test
    void aServiceWithItsOwnJobGoesOnInNewRuns() {
        plan(Next.RUN_BATCH, TASK, null);
        startService();

        goesOnInNewRuns(LIFECYCLE);
    }

    @Test
    void aRequestGoesOnInNewRunsAndIsAcceptedOnce() {
        WorkflowStub request = startRequest();
        goesOnInNewRuns(REQUEST);
        RequestResult result = new RequestResult(SERVICE, null, "running", null);
        script.answer("RequestActivities.follow", () -> new RequestStanding(result, "running", "running"));
        environment.getWorkflowClient().newUntypedWorkflowStub(REQUEST).signal("wake");

        assertThat(request.getResult(RequestResult.class)).isEqualTo(result);
        assertThat(script.calls("RequestActivities.accept")).isEqualTo(1);
    }

    @Test
    void aJobThatWaitsForSlotsGoesOnInNewRunsAndFailsInTime() {
        start("BatchInference", JOB.workflowId(), JOB);
        environment.sleep(Duration.ofHours(40));
        goesOnInNewRuns(JOB.workflowId());
        assertThat(script.calls("BatchTaskActivities.seal")).isZero();
        environment.sleep(Duration.ofHours(8));

        assertThat(script.calls("BatchTaskActivities.seal")).isEqualTo(1);
    }

    @Test
    void aJobThatWaitsForInstancesGoesOnInNewRunsAndFailsInTime() {
        script.answer("BatchTaskActivities.claimSlots", () -> admission(AdmissionResult.State.GRANTED));
        start("BatchInference", JOB.workflowId(), JOB);
        goesOnInNewRuns(JOB.workflowId());
        assertThat(script.calls("BatchTaskActivities.seal")).isZero();
        environment.sleep(START_WITHIN);

        assertThat(script.calls("BatchTaskActivities.seal")).isEqualTo(1);
    }

    @Test
    void aStepOfAJobOutlastsTheLongestOutageThatBeginsInIt() {
        Duration longestOutage = Duration.ofHours(48);
        script.answer(
                        "BatchTaskActivities.open",
                        () -> new OpenedTask(
                                "job", 1, START_WITHIN, Duration.ofHours(48), true, null, longestOutage, false, null))
                .answer("BatchTaskActivities.seal", () -> BatchEnd.FINISHED);
        start("BatchInference", JOB.workflowId(), JOB);
        environment.sleep(Duration.ofMinutes(1));

        assertThat(events(JOB.workflowId()).getFirst())
                .filteredOn(HistoryEvent::hasActivityTaskScheduledEventAttributes)
                .extracting(HistoryEvent::getActivityTaskScheduledEventAttributes)
                .filteredOn(step -> step.getTaskQueue().getName().equals(Queues.BATCH))
                .isNotEmpty()
                .allSatisfy(step -> assertThat(step.getScheduleToCloseTimeout().getSeconds())
                        .isGreaterThan(longestOutage.toSeconds()
                                + step.getStartToCloseTimeout().getSeconds()));
    }

    private void costsLittle(String workflow, String look) {
        int before = eventsAfter(workflow, Duration.ofMinutes(1));
        int looks = script.calls(look);
        int day = eventsAfter(workflow, Duration.ofHours(24)) - before;
        assertThat(script.calls(look) - looks).as("it looked").isBetween(CHECKS_A_DAY - 1, 2 * CHECKS_A_DAY);
        assertThat(day).as("events of a day").isLessThanOrEqualTo(A_DAY);
    }

    /** The statuses by which the first run can be found, in their order. */
    private List<String> shown(String workflow) {
        return events(workflow).getFirst().stream()
                .filter(HistoryEvent::hasUpsertWorkflowSearchAttributesEventAttributes)
                .map(event -> event.getUpsertWorkflowSearchAttributesEventAttributes()
                        .getSearchAttributes()
                        .getIndexedFieldsMap()
                        .get(Attributes.STATUS.getName()))
                .filter(Objects::nonNull)
                .map(status -> status.getData().toStringUtf8().replace("\"", ""))
                .toList();
    }

    private void costsLittle(String workflow, EventType look) {
        eventsAfter(workflow, Duration.ofMinutes(1));
        List<HistoryEvent> before = events(workflow).getFirst();
        int day = eventsAfter(workflow, Duration.ofHours(24)) - before.size();
        long looks = events(workflow).getFirst().stream()
                .skip(before.size())
                .filter(event -> event.getEventType() == look)
                .count();
        assertThat(looks).as("it looked").isBetween(CHECKS_A_DAY - 1L, 2L * CHECKS_A_DAY);
        assertThat(day).as("events of a day").isLessThanOrEqualTo(A_DAY);
    }

    /** However often it is woken: each wake is a look. */
    private void goesOnInNewRuns(String workflow) {
        environment.sleep(Duration.ofSeconds(10));
        WorkflowStub latest = environment.getWorkflowClient().newUntypedWorkflowStub(workflow);
        for (int i = 0; i < 300 && events(workflow).size() < 3; i++) {
            latest.signal("wake");
            environment.sleep(Duration.ofSeconds(1));
        }
        List<List<HistoryEvent>> runs = events(workflow);

        assertThat(runs).hasSizeGreaterThanOrEqualTo(3);
        assertThat(runs).allSatisfy(run -> assertThat(run).hasSizeLessThan(LONGEST));
    }

    /** Of all runs of the workflow together. */
    private int eventsAfter(String workflow, Duration time) {
        environment.sleep(time);
        return events(workflow).stream().mapToInt(List::size).sum();
    }

    /** Run by run. */
    private List<List<HistoryEvent>> events(String workflow) {
        List<List<HistoryEvent>> runs = new ArrayList<>();
        String run = firstRun;
        while (!run.isEmpty()) {
            List<HistoryEvent> events =
                    environment.getWorkflowClient().fetchHistory(workflow, run).getEvents();
            runs.add(events);
            run = events.getLast()
                    .getWorkflowExecutionContinuedAsNewEventAttributes()
                    .getNewExecutionRunId();
        }
        return runs;
    }

    private String firstRun = "";

    private WorkflowStub startService() {
        return start(ServiceLifecycle.TYPE, LIFECYCLE, ServiceInput.of(SERVICE));
    }

    private WorkflowStub startRequest() {
        return start(DeployService.TYPE, REQUEST, Map.of("service_name", "online"));
    }

    private WorkflowStub start(String type, String id, Object... arguments) {
        WorkflowStub stub = environment
                .getWorkflowClient()
                .newUntypedWorkflowStub(
                        type,
                        WorkflowOptions.newBuilder()
                                .setWorkflowId(id)
                                .setTaskQueue(Queues.CONTROL)
                                .build());
        WorkflowExecution execution = stub.start(arguments);
        firstRun = execution.getRunId();
        return stub;
    }

    /** Somebody has had the id: see {@link ChangedChildren#neverTwice}. */
    private void use(String id) {
        start("Passing", id).getResult(Void.class);
    }

    private void plan(Next next, @Nullable String task, @Nullable Long openRollout) {
        script.answer(
                "ServiceActivities.plan",
                () -> new ServicePlan(
                        SERVICE, next, 2, "deploying", "tenant", "iris", "iris", null, null, task, false, openRollout));
    }

    private static RolloutStart start(boolean hasOld) {
        return new RolloutStart(
                "iris",
                hasOld,
                false,
                Duration.ofMinutes(20),
                Duration.ofHours(48),
                Duration.ofSeconds(5),
                null,
                false);
    }

    private static AdmissionResult admission(AdmissionResult.State state) {
        return new AdmissionResult(state, "position 1");
    }

    private static VersionHealth healthy() {
        return health(VersionHealth.State.HEALTHY);
    }

    private static VersionHealth health(VersionHealth.State state) {
        return new VersionHealth(state, List.of("new-1"), 1, "the script says so");
    }

    private static Drain drain() {
        return new Drain(Map.of("old", 0), List.of("old-1"), true, 1, Duration.ofSeconds(40));
    }

    private static Object broken() {
        throw ApplicationFailure.newNonRetryableFailure("broken", FailureTypes.BUG);
    }
}
