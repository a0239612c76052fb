package dev.slipway.workflows.activity;

import static org.assertj.core.api.Assertions.assertThat;

import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.enums.v1.RetryState;
import io.temporal.api.enums.v1.TimeoutType;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.CanceledFailure;
import io.temporal.failure.ChildWorkflowFailure;
import io.temporal.failure.ServerFailure;
import io.temporal.failure.TemporalFailure;
import io.temporal.failure.TerminatedFailure;
import io.temporal.failure.TimeoutFailure;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ActivityCallsTests {

    /** As a server sends them: without a text of their own. */
    static Stream<TemporalFailure> failures() {
        return Stream.of(
                new TerminatedFailure("", null),
                new TimeoutFailure("", null, TimeoutType.TIMEOUT_TYPE_START_TO_CLOSE),
                new CanceledFailure(""),
                new ServerFailure("", true),
                ApplicationFailure.newFailure("", "java.lang.IllegalStateException"),
                ApplicationFailure.newFailure("", ""));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void noCauseIsEmpty(TemporalFailure failure) {
        assertThat(ActivityCalls.causeOf(failure)).isNotBlank();
        assertThat(ActivityCalls.causeOf(ofChild(failure))).isNotBlank();
        assertThat(ActivityCalls.causeOf(ofActivity(failure))).isNotBlank();
    }

    @Test
    void namesWhatEndedAWorkflowFromOutside() {
        assertThat(ActivityCalls.causeOf(ofChild(new TerminatedFailure("", null))))
                .isEqualTo("it was terminated");
        assertThat(ActivityCalls.causeOf(
                        ofChild(new TimeoutFailure("", null, TimeoutType.TIMEOUT_TYPE_START_TO_CLOSE))))
                .isEqualTo("it did not end in time");
    }

    @Test
    void namesTheActivityThatWasTooSlow() {
        assertThat(ActivityCalls.causeOf(
                        ofActivity(new TimeoutFailure("", null, TimeoutType.TIMEOUT_TYPE_START_TO_CLOSE))))
                .isEqualTo("BatchPlan did not end in time");
    }

    @Test
    void isTheMessageOfTheInnermostFailure() {
        TemporalFailure broken = ApplicationFailure.newFailure("the disk is full", "BUG");

        assertThat(ActivityCalls.causeOf(ofChild(ofActivity(broken)))).isEqualTo("the disk is full");
    }

    private static TemporalFailure ofChild(TemporalFailure cause) {
        return new ChildWorkflowFailure(
                1,
                2,
                "Rollout",
                WorkflowExecution.getDefaultInstance(),
                "slipway",
                RetryState.RETRY_STATE_TIMEOUT,
                cause);
    }

    private static TemporalFailure ofActivity(TemporalFailure cause) {
        return new ActivityFailure("", 1, 2, "BatchPlan", "1", RetryState.RETRY_STATE_TIMEOUT, "worker", cause);
    }
}
