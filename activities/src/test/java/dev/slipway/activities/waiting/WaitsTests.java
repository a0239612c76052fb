package dev.slipway.activities.waiting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.NotFound;
import dev.slipway.domain.problem.Problem;
import dev.slipway.domain.problem.Unavailable;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class WaitsTests {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private long nanos;
    private final Waits waits = new Waits(() -> nanos);

    private void pass(int seconds) {
        nanos += Duration.ofSeconds(seconds).toNanos();
    }

    private void fails(Problem problem) {
        assertThatExceptionOfType(Problem.class)
                .isThrownBy(() -> waits.during("x", Duration.ZERO, () -> {
                    throw problem;
                }));
    }

    @Test
    void saysTheOldestWaitAndHowManyMore() {
        assertThat(waits.words()).isNull();
        Waits.Wait first = waits.begin("reading 'a'", Duration.ZERO);
        pass(7);
        assertThat(waits.words()).isEqualTo("reading 'a' for 7 s");
        Waits.Wait second = waits.begin("reading 'b'", Duration.ZERO);
        assertThat(waits.words()).isEqualTo("reading 'a' for 7 s, and 1 more");
        first.close();
        assertThat(waits.words()).isEqualTo("reading 'b' for 0 s");
        second.close();
        assertThat(waits.words()).isNull();
    }

    @Test
    void isSilentOnceNothingAnsweredForTheTime() {
        waits.begin("reading 'a'", Duration.ZERO);
        pass(9);
        assertThat(waits.silence(PATIENCE)).isNull();
        pass(1);
        assertThat(waits.silence(PATIENCE)).isEqualTo("no answer for 10 s: reading 'a'");
    }

    /** An answer to another call shows that the store works. */
    @Test
    void isNotSilentWhileOthersAreAnswered() {
        waits.begin("reading 'a'", Duration.ZERO);
        pass(9);
        waits.during("reading 'b'", Duration.ZERO, () -> true);
        pass(9);
        assertThat(waits.silence(PATIENCE)).isNull();
        pass(1);
        assertThat(waits.silence(PATIENCE)).isNotNull();
    }

    @Test
    void countsAcrossCallsThatFailAndNotAcrossRefusals() {
        fails(new Unavailable(ErrorCode.UNAVAILABLE, "no byte moved"));
        pass(15);
        Waits.Wait probe = waits.begin("looking for 'a'", Duration.ZERO);
        assertThat(waits.silence(PATIENCE)).isEqualTo("no answer for 15 s: looking for 'a'");
        probe.close();

        fails(new NotFound(ErrorCode.OBJECT_PATH_MISSING, "there is none"));
        waits.begin("reading 'b'", Duration.ZERO);
        assertThat(waits.silence(PATIENCE)).isNull();
    }

    @Test
    void givesLongWritesMoreTimeAndModelsAllTime() {
        waits.begin("the answer of instance 'i'");
        pass(600);
        assertThat(waits.silence(PATIENCE)).isNull();
        waits.begin("writing 'a'", Duration.ofSeconds(64));
        pass(73);
        assertThat(waits.silence(PATIENCE)).isNull();
        pass(1);
        assertThat(waits.silence(PATIENCE)).isEqualTo("no answer for 74 s: writing 'a'");
    }

    @Test
    void showsLongWorkWhileItRuns() {
        String shown = waits.<String, RuntimeException>during("building", () -> String.valueOf(waits.words()));

        assertThat(shown).isEqualTo("building for 0 s");
        assertThat(waits.words()).isNull();
    }
}
