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
 * Hashes of passwords (PBKDF2, HMAC-SHA256, 600,000 rounds) and their check. Clients ask for a token with each command, so a recently
 * verified password is recognized by a keyed digest that exists in this process only. The hash of a password in the settings carries a
 * mark, which is a digest under the installation's key, so that a start can see without a derivation that the password is unchanged. That
 * adds no risk: the owner of that key can sign tokens and read the settings anyway. Safe for use by many threads.
 */
public final class Passwords {

    private static final int ROUNDS = 600_000;
    private static final int BYTES = 32;
    private static final int MARKED_PARTS = 5;

    /** A hash that no known password matches. Checking a password against it takes as long as against any other. */
    static final String NOBODYS = "pbkdf2$%d$%s$%s"
            .formatted(
                    ROUNDS,
                    Base64.getEncoder().encodeToString(new byte[16]),
                    Base64.getEncoder().encodeToString(new byte[BYTES]));

    private static final int REMEMBERED = 1_000;

    private final SecureRandom random = new SecureRandom();
    private final SecretKeySpec installationKey;
    private final SecretKeySpec processKey;
    private final Map<String, byte[]> justVerified = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, byte[]> eldest) {
            return size() > REMEMBERED;
        }
    };

    public Passwords(TokenKey installation) {
        installationKey = installation.forMac();
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

    /** A new hash of a password in the settings: {@code pbkdf2$<rounds>$<salt>$<hash>$<mark>}. */
    public String hashOfSettings(String password) {
        String hash = hash(password);
        return hash + "$" + Base64.getEncoder().encodeToString(mark(hash, password));
    }

    /**
     * Whether {@code hash} is one of {@link #hashOfSettings} for this password and key, without a derivation; then {@link #matches} knows
     * it at once. False is no proof of the opposite: the key may have changed.
     */
    public boolean isOfSettings(String password, String hash) {
        int mark = hash.lastIndexOf('$');
        boolean isMarked = hash.split("\\$", -1).length == MARKED_PARTS
                && MessageDigest.isEqual(
                        Base64.getDecoder().decode(hash.substring(mark + 1)), mark(hash.substring(0, mark), password));
        if (isMarked) {
            remember(password, hash);
        }
        return isMarked;
    }

    /** Whether {@code password} is the one of {@code hash}. Slow the first time, fast afterwards; wrong ones are always slow. */
    public boolean matches(String password, String hash) {
        return wasVerified(password, hash) || matchesSlowly(password, hash);
    }

    /** Whether {@link #matches} has verified it recently. Fast, without a derivation. */
    boolean wasVerified(String password, String hash) {
        byte[] digest = digest(processKey, hash, password);
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
            remember(password, hash);
        }
        return matches;
    }

    private void remember(String password, String hash) {
        synchronized (justVerified) {
            justVerified.put(hash, digest(processKey, hash, password));
        }
    }

    /** The hash binds it to the salt; its first words separate it from other uses of the key. */
    private byte[] mark(String hash, String password) {
        return digest(installationKey, "password of the settings\n" + hash + "\n", password);
    }

    private static byte[] digest(SecretKeySpec key, String hash, String password) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
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
