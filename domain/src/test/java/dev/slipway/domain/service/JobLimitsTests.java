package dev.slipway.domain.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class JobLimitsTests {

    @Test
    void countsFailedRecords() {
        JobLimits limits = new JobLimits(2L, 1, null);

        assertThat(limits.exceededBy(1_000, 10, 2)).isEmpty();
        assertThat(limits.exceededBy(1_000, 10, 3)).contains("3 records failed, more than limits.failed_records 2");
        assertThat(new JobLimits(0L, 1, null).exceededBy(9, 1, 1)).isPresent();
    }

    @Test
    void judgesARatioOfEnoughRecordsOrOfAll() {
        JobLimits limits = new JobLimits(null, 0.1, null);

        assertThat(limits.exceededBy(1_000, 99, 99)).as("too few").isEmpty();
        assertThat(limits.exceededBy(1_000, 100, 10)).isEmpty();
        assertThat(limits.exceededBy(1_000, 100, 11))
                .contains("11 of 100 records failed, more than limits.failed_ratio 0.1");
        assertThat(limits.exceededBy(20, 20, 3)).as("all are done").isPresent();
    }

    @Test
    void withoutLimitsAllMayFail() {
        assertThat(JobLimits.NONE.exceededBy(1_000, 1_000, 1_000)).isEmpty();
        assertThat(JobLimits.NONE.isEmpty()).isTrue();
        assertThat(new JobLimits(null, 1, Duration.ofMinutes(1)).isEmpty()).isFalse();
    }
}
