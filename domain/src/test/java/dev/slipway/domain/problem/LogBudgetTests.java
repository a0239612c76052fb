package dev.slipway.domain.problem;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LogBudgetTests {

    private static final long SECOND = 1_000_000_000L;

    @Test
    void leavesOutWhatIsMoreAndSaysHowMuch() {
        LogBudget budget = new LogBudget(2);

        assertThat(budget.take(-5)).isZero();
        assertThat(budget.take(0)).isZero();
        assertThat(budget.take(SECOND - 6)).isEqualTo(LogBudget.NONE);
        assertThat(budget.take(SECOND - 6)).isEqualTo(LogBudget.NONE);
        assertThat(budget.take(SECOND - 5)).isEqualTo(2);
        assertThat(budget.take(SECOND)).isZero();
    }
}
