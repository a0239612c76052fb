package dev.slipway.domain.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.domain.instance.Address;
import dev.slipway.domain.instance.Instance;
import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.instance.InstanceState;
import dev.slipway.domain.instance.SetStatus;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class JudgeTests {

    private static final InstanceSetId SET = new InstanceSetId("new");
    private static final InstanceId FIRST = new InstanceId(SET, 0, 1);
    private static final InstanceId SECOND = new InstanceId(SET, 1, 1);

    @Test
    void isContentOnceAllThatAreWantedAreReady() {
        assertThat(judge(Set.of(), 2, ready(FIRST), ready(SECOND)))
                .isEqualTo(new Verdict.Healthy(List.of(FIRST, SECOND)));
        assertThat(judge(Set.of(), 2, ready(FIRST), starting(SECOND)))
                .isEqualTo(new Verdict.Unready(List.of(FIRST), 2));
        assertThat(judge(Set.of(), 2)).isEqualTo(new Verdict.Unready(List.of(), 2));
    }

    @Test
    void takesTheEndOfAProvenInstanceForACrash() {
        assertThat(judge(Set.of(FIRST), 1, exited(FIRST, 139, null, false)))
                .isEqualTo(new Verdict.Bad("instance new-0-1 ended after it was ready: exit code 139"));
        assertThat(judge(Set.of(FIRST), 1, exited(FIRST, null, null, false)))
                .isEqualTo(new Verdict.Bad("instance new-0-1 ended after it was ready: it was killed"));
        assertThat(judge(Set.of(FIRST), 1, exited(FIRST, 1, "out of memory", false)))
                .isEqualTo(new Verdict.Bad("instance new-0-1 ended after it was ready: out of memory"));
    }

    @Test
    void neverTakesWhatWeStoppedForACrash() {
        assertThat(judge(Set.of(FIRST), 0, exited(FIRST, 143, null, true))).isInstanceOf(Verdict.Unready.class);
    }

    @Test
    void waitsForAnotherTryOfOneThatWasNeverReady() {
        assertThat(judge(Set.of(), 1, exited(FIRST, 1, "boom", false))).isEqualTo(new Verdict.Unready(List.of(), 1));
    }

    @Test
    void believesTheClusterThatASetNeverWillBeReady() {
        SetStatus hopeless = new SetStatus(SET, 1, List.of(ready(FIRST)), "the constructor raised ValueError");

        assertThat(Judge.judge(Set.of(), List.of(hopeless)))
                .isEqualTo(new Verdict.Bad("new: the constructor raised ValueError"));
    }

    @Test
    void isNotContentWhileAProvenOneIsMissingThoughOthersMakeUpTheNumber() {
        assertThat(judge(Set.of(FIRST), 1, ready(SECOND))).isEqualTo(new Verdict.Unready(List.of(SECOND), 1));
    }

    private static Verdict judge(Set<InstanceId> proven, int wanted, Instance... instances) {
        return Judge.judge(proven, List.of(new SetStatus(SET, wanted, List.of(instances), null)));
    }

    private static Instance ready(InstanceId id) {
        return new Instance(id, InstanceState.READY, new Address.Tcp("127.0.0.1", 1), null, null, false);
    }

    private static Instance starting(InstanceId id) {
        return new Instance(id, InstanceState.STARTING, null, null, null, false);
    }

    private static Instance exited(InstanceId id, @Nullable Integer code, @Nullable String cause, boolean byUs) {
        return new Instance(id, InstanceState.EXITED, null, code, cause, byUs);
    }
}
