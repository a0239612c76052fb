package dev.slipway.domain.instance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StartAdviceTests {

    private static final String UNSET =
            "the constructor of 'Service' failed: KeyError: 'TOKEN' at customize_service.py:7: environment variable 'TOKEN' is not set";

    @Test
    void namesTheFieldThatGivesTheVariable() {
        assertThat(StartAdvice.ofTrial(UNSET)).hasValueSatisfying(advice -> assertThat(advice)
                .contains("\"trial\": {\"envs\": {\"TOKEN\": \"...\"}}"));
        assertThat(StartAdvice.ofService(UNSET))
                .hasValueSatisfying(advice -> assertThat(advice).contains("Set 'TOKEN' in 'envs' of the entry"));
    }

    @Test
    void namesTheModuleThatIsMissing() {
        String cause = "importing customize_service.py failed: ModuleNotFoundError: No module named 'joblib'";

        assertThat(StartAdvice.ofTrial(cause)).isEqualTo(StartAdvice.ofService(cause));
        assertThat(StartAdvice.ofTrial(cause))
                .hasValueSatisfying(
                        advice -> assertThat(advice).contains("'joblib'").contains("'dependencies' of config.json"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "importing customize_service.py failed: ModuleNotFoundError: No module named 'pip'",
                "CalledProcessError: Command '['/x/bin/python3', '-m', 'pip', 'install', 'easydict']' returned non-zero exit status 1.",
                "CalledProcessError: Command 'pip install easydict' returned non-zero exit status 1.",
                "RuntimeError: /x/bin/python3: No module named pip"
            })
    void letsDeclareWhatAPackageInstallsByItself(String cause) {
        assertThat(StartAdvice.ofTrial(cause)).get().asString().contains("'dependencies'", "remove the call of pip");
        assertThat(StartAdvice.ofService(cause)).isEqualTo(StartAdvice.ofTrial(cause));
    }

    @Test
    void namesTheFieldThatGivesMoreMemory() {
        String cause = "the constructor of 'Service' failed: MemoryError at customize_service.py:7";

        assertThat(StartAdvice.ofTrial(cause))
                .hasValueSatisfying(advice -> assertThat(advice).contains("\"trial\": {\"specification\": \"...\"}"));
        assertThat(
                        StartAdvice.ofService(
                                "the instance was ended before it was ready: it needed more than the 256 MB of memory of its specification"))
                .hasValueSatisfying(advice -> assertThat(advice).contains("deploy the service again"));
    }

    @Test
    void saysNothingAboutAnyOtherCause() {
        assertThat(StartAdvice.ofTrial("the constructor of 'Service' failed: KeyError: 'TOKEN'"))
                .isEmpty();
        assertThat(StartAdvice.ofService("2 of 3 instances were ready in time")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nginx: [emerg] setgid(101) failed (1: Operation not permitted)",
                "initgroups(nginx, 101) failed (1: Operation not permitted)",
                "chown: changing ownership of '/data': Invalid argument",
                "setuid: Operation not permitted",
                "error: failed switching to \"www-data\": operation not permitted",
                "su-exec: setgroups(33): Operation not permitted",
                "runuser: cannot set groups: Operation not permitted",
                "setpriv: setresuid failed: Operation not permitted"
            })
    void knowsProgramsThatChangeUsers(String cause) {
        assertThat(StartAdvice.ofTrial(cause)).get().asString().contains("USER 1000");
        assertThat(StartAdvice.ofService(cause)).isPresent();
        assertThat(StartAdvice.ofService("the uid is set, and all is permitted"))
                .isEmpty();
    }
}
