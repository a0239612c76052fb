package dev.slipway.cli.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.formats.service.ServiceTask;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TaskLineTests {

    private static final long NOON = 1_795_867_200_000L;

    @Test
    void drawsABarWithCountsRateAndEnd() {
        assertThat(TaskLine.of(task(1_000, 400, 25.4, 2, "running")))
                .isEqualTo("[############------------------]  40 % 400 of 1000 records, 3 failed,"
                        + " 25/s by 2 instances (13/s each), done at 2026-11-28T12:00:00Z"
                        + " (2026-11-28T11:59:00Z to 2026-11-28T12:01:00Z), running");
    }

    @Test
    void leavesOutWhatIsNotKnown() {
        assertThat(TaskLine.of(task(0, 0, null, null, "deploying")))
                .isEqualTo("[------------------------------]   0 % 0 of 0 records, 3 failed, deploying");
    }

    @Test
    void tellsSlowRatesWithADecimal() {
        assertThat(TaskLine.pace(task(10, 1, 0.25, 0, "running"))).contains("0.3/s");
    }

    private static ServiceTask task(
            long records, long done, @Nullable Double rate, @Nullable Integer instances, String status) {
        boolean known = rate != null;
        return new ServiceTask(
                "t-1",
                status,
                records,
                done,
                3,
                1,
                rate,
                instances,
                rate == null || instances == null || instances == 0 ? null : rate / instances,
                known ? NOON : null,
                known ? NOON - 60_000 : null,
                known ? NOON + 60_000 : null,
                null,
                null,
                null,
                null);
    }
}
