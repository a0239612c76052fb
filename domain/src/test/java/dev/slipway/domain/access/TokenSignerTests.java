package dev.slipway.domain.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.NotAllowed;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenSignerTests {

    private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");
    private static final TokenClaims CLAIMS = new TokenClaims(
            "u1", "anna", "d1", "acme", new ProjectId("0".repeat(32)), "region", NOON, NOON.plus(Duration.ofHours(24)));

    private final TokenSigner signer = signer((byte) 1, NOON);

    @Test
    void verifiesWhatItSigned() {
        assertThat(signer.verify(signer.sign(CLAIMS))).isEqualTo(CLAIMS);
    }

    @Test
    void keepsADomainTokenWithoutProject() {
        TokenClaims domain = new TokenClaims("u1", "anna", "d1", "acme", null, null, NOON, NOON.plusSeconds(1));
        assertThat(signer.verify(signer.sign(domain))).isEqualTo(domain);
    }

    @Test
    void refusesAnotherInstallationsToken() {
        assertInvalid(signer((byte) 2, NOON).sign(CLAIMS), ErrorCode.TOKEN_INVALID);
    }

    @Test
    void refusesAChangedPayload() {
        String token = signer.sign(CLAIMS);
        char changed = token.charAt(20) == 'A' ? 'B' : 'A';
        assertInvalid(token.substring(0, 20) + changed + token.substring(21), ErrorCode.TOKEN_INVALID);
    }

    @Test
    void refusesAnExpiredTokenAtTheVeryInstant() {
        String token = signer.sign(CLAIMS);
        TokenSigner later = signer((byte) 1, NOON.plus(Duration.ofHours(24)));
        assertThatExceptionOfType(NotAllowed.class)
                .isThrownBy(() -> later.verify(token))
                .satisfies(problem -> assertThat(problem.code()).isEqualTo(ErrorCode.TOKEN_EXPIRED));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "slipway1.", "slipway1.e30", "slipway1.!.!", "MIIabc", "slipway1..x"})
    void refusesAnyOtherText(String token) {
        assertInvalid(token, ErrorCode.TOKEN_INVALID);
    }

    private void assertInvalid(String token, ErrorCode code) {
        assertThatExceptionOfType(NotAllowed.class)
                .isThrownBy(() -> signer.verify(token))
                .satisfies(problem -> assertThat(problem.code()).isEqualTo(code));
    }

    private static TokenSigner signer(byte seed, Instant now) {
        byte[] key = new byte[32];
        java.util.Arrays.fill(key, seed);
        return new TokenSigner(TokenKey.of(key), Clock.fixed(now, ZoneOffset.UTC));
    }
}
