package dev.slipway.domain.access;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PasswordsTests {

    private final Passwords passwords = new Passwords();

    @Test
    void knowsThePasswordAndNoOther() {
        String hash = passwords.hash("s3cret");
        assertThat(passwords.matches("s3cret", hash)).isTrue();
        assertThat(passwords.matches("s3cret", hash)).isTrue();
        assertThat(passwords.matches("S3cret", hash)).isFalse();
        assertThat(new Passwords().matches("s3cret", hash)).isTrue();
    }

    @Test
    void saltsEachHash() {
        assertThat(passwords.hash("x")).isNotEqualTo(passwords.hash("x"));
    }
}
