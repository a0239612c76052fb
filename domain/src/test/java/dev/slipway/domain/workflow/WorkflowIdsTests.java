package dev.slipway.domain.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.domain.workflow.WorkflowIds.Kind;
import dev.slipway.domain.workflow.WorkflowIds.Subject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkflowIdsTests {

    private static final String ID = "6d1471ca-0b6b-4f0e-9a2f-3c1b1f4a8f10";

    @Test
    void nameWhatTheyAreAbout() {
        assertThat(WorkflowIds.service("iris", ID)).isEqualTo("service/iris/" + ID);
        assertThat(WorkflowIds.rollout("iris", ID, 3)).isEqualTo("service/iris/" + ID + "/rollout/3");
        assertThat(WorkflowIds.job("iris-nightly", ID, 1)).isEqualTo("batch/iris-nightly/" + ID + "/1");
        assertThat(WorkflowIds.model("iris", "0.0.3", ID)).isEqualTo("model/iris/0.0.3/" + ID);
    }

    @ParameterizedTest
    @ValueSource(strings = {"图像分类", "a b", "a/b", "é", "", "..", "a%2Fb", "a?b", "a\nb"})
    void leaveOutNamesThatAreNotSafe(String name) {
        assertThat(WorkflowIds.service(name, ID)).isEqualTo("service/" + ID);
        assertThat(WorkflowIds.rollout(name, ID, 3)).isEqualTo("service/" + ID + "/rollout/3");
        assertThat(WorkflowIds.job(name, ID, 2)).isEqualTo("batch/" + ID + "/2");
        assertThat(WorkflowIds.model(name, "0.0.3", ID)).isEqualTo("model/" + ID);
    }

    /** Also names that look like other parts of an id. */
    @ParameterizedTest
    @ValueSource(strings = {"iris", "图", "rollout", "service", "batch", "6d1471ca-0b6b-4f0e-9a2f-000000000000", "3"})
    void tellWhatTheyWorkFor(String name) {
        assertThat(WorkflowIds.subjectOf(WorkflowIds.service(name, ID))).contains(new Subject(Kind.SERVICE, ID));
        assertThat(WorkflowIds.subjectOf(WorkflowIds.rollout(name, ID, 3))).contains(new Subject(Kind.SERVICE, ID));
        assertThat(WorkflowIds.subjectOf(WorkflowIds.job(name, ID, 1))).contains(new Subject(Kind.TASK, ID));
        assertThat(WorkflowIds.subjectOf(WorkflowIds.model(name, "0.0.3", ID))).contains(new Subject(Kind.MODEL, ID));
    }

    @ParameterizedTest
    @ValueSource(strings = {"nightly", "", "request/1", "model/1/2", "batch/1", "service", "service/1/2/3/4/5"})
    void saysNothingOfOthers(String other) {
        assertThat(WorkflowIds.subjectOf(other)).isEmpty();
    }

    @Test
    void tellALifecycleFromItsRollouts() {
        assertThat(WorkflowIds.lifecycleOf(WorkflowIds.service("iris", ID))).contains(ID);
        assertThat(WorkflowIds.lifecycleOf(WorkflowIds.service("图", ID))).contains(ID);
        assertThat(WorkflowIds.lifecycleOf(WorkflowIds.rollout("iris", ID, 3))).isEmpty();
        assertThat(WorkflowIds.lifecycleOf(WorkflowIds.rollout("图", ID, 3))).isEmpty();
        assertThat(WorkflowIds.lifecycleOf(WorkflowIds.job("iris", ID, 3))).isEmpty();
    }
}
