package dev.slipway.domain.access;

import javax.crypto.spec.SecretKeySpec;

/** The installation's key for tokens: at least 32 bytes, never printed. */
public final class TokenKey {

    private static final int SHORTEST = 32;

    private final byte[] bytes;

    private TokenKey(byte[] bytes) {
        this.bytes = bytes;
    }

    public static TokenKey of(byte[] bytes) {
        if (bytes.length < SHORTEST) {
            throw new IllegalArgumentException(
                    "token key: expected at least %d bytes, found %d".formatted(SHORTEST, bytes.length));
        }
        return new TokenKey(bytes.clone());
    }

    SecretKeySpec forMac() {
        return new SecretKeySpec(bytes, "HmacSHA256");
    }

    @Override
    public String toString() {
        return "TokenKey[secret]";
    }
}
