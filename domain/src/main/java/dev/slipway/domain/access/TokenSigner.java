package dev.slipway.domain.access;

import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.NotAllowed;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs and verifies tokens with the installation's key (HMAC-SHA256), without a store. Safe for use by many threads. */
public final class TokenSigner {

    private static final String PREFIX = "slipway1.";
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
    private static final int FIELDS = 8;

    private final SecretKeySpec key;
    private final Clock clock;

    public TokenSigner(TokenKey key, Clock clock) {
        this.key = key.forMac();
        this.clock = clock;
    }

    /** The token with these claims; equal claims give an equal token. */
    public String sign(TokenClaims claims) {
        ProjectId project = claims.projectId();
        String projectName = claims.projectName();
        String text = String.join(
                "\n",
                claims.userId(),
                claims.userName(),
                claims.domainId(),
                claims.domainName(),
                project == null ? "" : project.value(),
                projectName == null ? "" : projectName,
                Long.toString(claims.issuedAt().toEpochMilli()),
                Long.toString(claims.expiresAt().toEpochMilli()));
        byte[] payload = text.getBytes(StandardCharsets.UTF_8);
        return PREFIX + ENCODER.encodeToString(payload) + "." + ENCODER.encodeToString(mac(payload));
    }

    /**
     * The claims of a valid token.
     *
     * @throws NotAllowed TOKEN_INVALID for a text that this key did not sign, TOKEN_EXPIRED for an old one
     */
    public TokenClaims verify(String token) {
        int dot = token.lastIndexOf('.');
        if (!token.startsWith(PREFIX) || dot <= PREFIX.length()) {
            throw invalid();
        }
        byte[] payload = decode(token.substring(PREFIX.length(), dot));
        if (!MessageDigest.isEqual(mac(payload), decode(token.substring(dot + 1)))) {
            throw invalid();
        }
        String[] fields = new String(payload, StandardCharsets.UTF_8).split("\n", -1);
        if (fields.length != FIELDS) {
            throw invalid();
        }
        Instant expiresAt = Instant.ofEpochMilli(Long.parseLong(fields[7]));
        if (!clock.instant().isBefore(expiresAt)) {
            throw new NotAllowed(
                    ErrorCode.TOKEN_EXPIRED, "the token expired at %s: ask for a new one".formatted(expiresAt));
        }
        return new TokenClaims(
                fields[0],
                fields[1],
                fields[2],
                fields[3],
                fields[4].isEmpty() ? null : new ProjectId(fields[4]),
                fields[5].isEmpty() ? null : fields[5],
                Instant.ofEpochMilli(Long.parseLong(fields[6])),
                expiresAt);
    }

    private byte[] mac(byte[] payload) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            return mac.doFinal(payload);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no HmacSHA256", e);
        }
    }

    private static byte[] decode(String text) {
        try {
            return Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw invalid();
        }
    }

    private static NotAllowed invalid() {
        return new NotAllowed(ErrorCode.TOKEN_INVALID, "the token is not one of this installation: ask for a new one");
    }
}
