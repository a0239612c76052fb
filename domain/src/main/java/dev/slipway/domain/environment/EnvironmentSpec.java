package dev.slipway.domain.environment;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * The desired content of an environment.
 *
 * @param engine name of the engine whose server runs in it
 * @param interpreter what runs the code, for example {@code python>=3.9}
 * @param packages what is installed on top, each with its version, in order; as pip reads requirements, so some only for some
 *     versions of Python
 * @param constraints the versions of what these need, as pip reads constraints
 */
public record EnvironmentSpec(String engine, String interpreter, List<String> packages, List<String> constraints) {

    public EnvironmentSpec {
        if (engine.isBlank() || interpreter.isBlank()) {
            throw new IllegalArgumentException("environment: expected the names of an engine and of an interpreter");
        }
        packages = List.copyOf(packages);
        constraints = List.copyOf(constraints);
    }

    /** Without constraints. */
    public EnvironmentSpec(String engine, String interpreter, List<String> packages) {
        this(engine, interpreter, packages, List.of());
    }

    /** The digest of this spec. */
    public EnvironmentDigest digest() {
        MessageDigest digest = sha256();
        take(digest, engine);
        take(digest, interpreter);
        take(digest, packages);
        take(digest, constraints);
        return new EnvironmentDigest("sha256:" + HexFormat.of().formatHex(digest.digest()));
    }

    private static void take(MessageDigest digest, List<String> texts) {
        take(digest, String.valueOf(texts.size()));
        texts.forEach(each -> take(digest, each));
    }

    /** With its length, so that different lists never give the same bytes. */
    private static void take(MessageDigest digest, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update((bytes.length + ":").getBytes(StandardCharsets.UTF_8));
        digest.update(bytes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }
}
