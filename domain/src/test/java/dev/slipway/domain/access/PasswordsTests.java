package dev.slipway.domain.access;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PasswordsTests {

    private static final TokenKey KEY = TokenKey.of(new byte[32]);

    private final Passwords passwords = new Passwords(KEY);

    @Test
    void knowsThePasswordAndNoOther() {
        String hash = passwords.hash("s3cret");
        assertThat(passwords.matches("s3cret", hash)).isTrue();
        assertThat(passwords.matches("s3cret", hash)).isTrue();
        assertThat(passwords.matches("S3cret", hash)).isFalse();
        assertThat(new Passwords(KEY).matches("s3cret", hash)).isTrue();
    }

    @Test
    void saltsEachHash() {
        assertThat(passwords.hash("x")).isNotEqualTo(passwords.hash("x"));
    }

    @Test
    void knowsAPasswordOfTheSettingsAgainWithoutADerivation() {
        String hash = passwords.hashOfSettings("s3cret");
        Passwords afterRestart = new Passwords(KEY);

        assertThat(afterRestart.wasVerified("s3cret", hash)).isFalse();
        assertThat(afterRestart.isOfSettings("s3cret", hash)).isTrue();
        assertThat(afterRestart.wasVerified("s3cret", hash)).isTrue();
    }

    @Test
    void checksAHashOfTheSettingsLikeAnyOther() {
        String hash = passwords.hashOfSettings("s3cret");

        assertThat(passwords.matchesSlowly("s3cret", hash)).isTrue();
        assertThat(passwords.matchesSlowly("S3cret", hash)).isFalse();
    }

    @Test
    void takesNoMarkOfAnotherPasswordHashOrKey() {
        String hash = passwords.hashOfSettings("s3cret");
        String mark = hash.substring(hash.lastIndexOf('$'));
        byte[] otherKey = new byte[32];
        otherKey[0] = 1;

        assertThat(passwords.isOfSettings("S3cret", hash)).isFalse();
        assertThat(passwords.wasVerified("S3cret", hash)).isFalse();
        assertThat(passwords.isOfSettings("s3cret", passwords.hash("s3cret") + mark))
                .isFalse();
        assertThat(passwords.isOfSettings("s3cret", passwords.hash("s3cret"))).isFalse();
        assertThat(new Passwords(TokenKey.of(otherKey)).isOfSettings("s3cret", hash))
                .isFalse();
    }

    @Test
    void takesTimeForNobodyToo() {
        assertThat(passwords.matchesSlowly("nobody", Passwords.NOBODYS)).isFalse();
    }
}
