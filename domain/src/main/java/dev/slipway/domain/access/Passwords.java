package dev.slipway.domain.access;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Hashes of passwords (PBKDF2, HMAC-SHA256, 600,000 rounds) and their check. Clients ask for a token with each command, so a password
 * that was just verified is known again by a keyed digest that lives in this process only. Safe for use by many threads.
 */
public final class Passwords {

    private static final int ROUNDS = 600_000;
    private static final int BYTES = 32;
    private static final int REMEMBERED = 1_000;

    private final SecureRandom random = new SecureRandom();
    private final SecretKeySpec processKey;
    private final Map<String, byte[]> justVerified = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, byte[]> eldest) {
            return size() > REMEMBERED;
        }
    };

    public Passwords() {
        byte[] key = new byte[BYTES];
        random.nextBytes(key);
        processKey = new SecretKeySpec(key, "HmacSHA256");
    }

    /** A new hash with a salt of its own: {@code pbkdf2$<rounds>$<salt>$<hash>}. */
    public String hash(String password) {
        byte[] salt = new byte[16];
        random.nextBytes(salt);
        Base64.Encoder encoder = Base64.getEncoder();
        return "pbkdf2$%d$%s$%s"
                .formatted(
                        ROUNDS, encoder.encodeToString(salt), encoder.encodeToString(derive(password, salt, ROUNDS)));
    }

    /** Whether {@code password} is the one of {@code hash}. Slow the first time, fast afterwards; wrong ones are always slow. */
    public boolean matches(String password, String hash) {
        return wasVerified(password, hash) || matchesSlowly(password, hash);
    }

    /** Whether {@link #matches} has said so of late: at once, without a derivation. */
    boolean wasVerified(String password, String hash) {
        byte[] digest = digest(hash, password);
        synchronized (justVerified) {
            byte[] known = justVerified.get(hash);
            return known != null && MessageDigest.isEqual(known, digest);
        }
    }

    /** As {@link #matches}, always by a derivation: some tenths of a second of one core. */
    boolean matchesSlowly(String password, String hash) {
        String[] parts = hash.split("\\$", -1);
        byte[] salt = Base64.getDecoder().decode(parts[2]);
        byte[] expected = Base64.getDecoder().decode(parts[3]);
        boolean matches = MessageDigest.isEqual(expected, derive(password, salt, Integer.parseInt(parts[1])));
        if (matches) {
            synchronized (justVerified) {
                justVerified.put(hash, digest(hash, password));
            }
        }
        return matches;
    }

    private byte[] digest(String hash, String password) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(processKey);
            mac.update(hash.getBytes(StandardCharsets.UTF_8));
            return mac.doFinal(password.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no HmacSHA256", e);
        }
    }

    private static byte[] derive(String password, byte[] salt, int rounds) {
        char[] characters = password.toCharArray();
        PBEKeySpec spec = new PBEKeySpec(characters, salt, rounds, BYTES * 8);
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(spec)
                    .getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no PBKDF2WithHmacSHA256", e);
        } finally {
            spec.clearPassword();
            Arrays.fill(characters, '\0');
        }
    }
}
