package dev.slipway.domain.instance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MisdirectedRequestTests {

    private static final InstanceId MEANT = new InstanceId(new InstanceSetId("set-a"), 0, 1);

    @Test
    void a421OfAnotherNameIsAnotherInstance() {
        assertThat(MisdirectedRequest.isRefusedByAnother(421, "set-b-0-1", MEANT))
                .isTrue();
        assertThat(MisdirectedRequest.isRefusedByAnother(421, "set-a-0-2", MEANT))
                .isTrue();
    }

    @Test
    void a421OfTheSameOrOfNoNameIsAnAnswer() {
        assertThat(MisdirectedRequest.isRefusedByAnother(421, "set-a-0-1", MEANT))
                .isFalse();
        assertThat(MisdirectedRequest.isRefusedByAnother(421, null, MEANT)).isFalse();
    }

    @Test
    void anyOtherStatusIsAnAnswerWhateverItNames() {
        assertThat(MisdirectedRequest.isRefusedByAnother(200, "set-b-0-1", MEANT))
                .isFalse();
        assertThat(MisdirectedRequest.isRefusedByAnother(503, "set-b-0-1", MEANT))
                .isFalse();
    }
}
