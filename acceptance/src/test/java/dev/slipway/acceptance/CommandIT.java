package dev.slipway.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What the command promises beside serving. */
class CommandIT {

    @Test
    void checksThatAllOfItStartsAndLeavesNothingRunning() throws Exception {
        try (RunningSlipway slipway = RunningSlipway.onNewFolder()) {
            String folder = slipway.data().toString();

            RunningSlipway.Output check = slipway.command("up", "--check", "--data", folder);

            assertThat(check.text()).contains("Slipway serves (parts,api,worker,gateway)", "Slipway stopped after");
            assertThat(check.status()).isZero();
            RunningSlipway.Output env = slipway.command("env", "--data", folder);
            assertThat(env.status()).as(env.text()).isEqualTo(1);
            assertThat(slipway.command("down", "--data", folder).text()).doesNotContain("stopping process");
        }
    }
}
