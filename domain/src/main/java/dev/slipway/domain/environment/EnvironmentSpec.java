package dev.slipway.domain.environment;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The desired content of an environment. Stored in rows of models and of instance sets, so parts are only added.
 *
 * @param engine name of the engine whose server runs in it
 * @param interpreter what runs the code, for example {@code python>=3.9}
 * @param packages what the engine has installed on top, each with its version, in order; as pip reads requirements, so some only for some
 *     versions of Python
 * @param constraints the versions of what these need, as pip reads constraints
 * @param dependencies what the model asks for beside, in order: as pip reads requirements, or names of {@link #wheels}
 * @param preferences constraints that hold if the dependencies can be had under them
 * @param wheels files of the package, in which pip looks first: SHA-256 in hexadecimal by file name
 */
public record EnvironmentSpec(
        String engine,
        String interpreter,
        List<String> packages,
        List<String> constraints,
        List<String> dependencies,
        List<String> preferences,
        Map<String, String> wheels) {

    public EnvironmentSpec {
        if (engine.isBlank() || interpreter.isBlank()) {
            throw new IllegalArgumentException("environment: expected the names of an engine and of an interpreter");
        }
        packages = List.copyOf(packages);
        constraints = List.copyOf(constraints);
        dependencies = List.copyOf(Objects.requireNonNullElse(dependencies, List.of()));
        preferences = List.copyOf(Objects.requireNonNullElse(preferences, List.of()));
        wheels = Map.copyOf(Objects.requireNonNullElse(wheels, Map.of()));
    }

    /** Without constraints. */
    public EnvironmentSpec(String engine, String interpreter, List<String> packages) {
        this(engine, interpreter, packages, List.of());
    }

    /** Without dependencies. */
    public EnvironmentSpec(String engine, String interpreter, List<String> packages, List<String> constraints) {
        this(engine, interpreter, packages, constraints, List.of(), List.of(), Map.of());
    }

    /** Whether there is nothing to install. */
    public boolean isBare() {
        return packages.isEmpty() && dependencies.isEmpty();
    }

    /** The digest of this spec. */
    public EnvironmentDigest digest() {
        return digest(List.of());
    }

    /**
     * The digest of this spec on a machine.
     *
     * @param machine what else decides about the result, such as the interpreter's version
     */
    public EnvironmentDigest digest(List<String> machine) {
        MessageDigest digest = sha256();
        take(digest, engine);
        take(digest, interpreter);
        take(digest, packages);
        take(digest, constraints);
        take(digest, dependencies);
        take(digest, preferences);
        take(
                digest,
                new TreeMap<>(wheels)
                        .entrySet().stream()
                                .map(each -> each.getKey() + " " + each.getValue())
                                .toList());
        take(digest, machine);
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
