package dev.slipway.domain.model;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The packages of an engine as pip reads them: what is installed, and the versions of all that comes with it, so that two builds give
 * the same.
 *
 * @param packages each with its exact version; some only for some versions of Python
 * @param constraints the same for what they need
 */
record Requirements(List<String> packages, List<String> constraints) {

    Requirements {
        packages = List.copyOf(packages);
        constraints = List.copyOf(constraints);
    }

    /** Those in the files {@code NAME.requirements.txt} and {@code NAME.constraints.txt}, which {@code deploy/engines.py} checks. */
    static Requirements of(String name) {
        return new Requirements(lines(name + ".requirements.txt"), lines(name + ".constraints.txt"));
    }

    /** The version of one of the packages; several if it depends on the Python. */
    String versionsOf(String name) {
        List<String> versions = packages.stream()
                .filter(line -> line.startsWith(name + "=="))
                .map(line -> line.substring(name.length() + 2).split(";", 2)[0].strip())
                .distinct()
                .toList();
        return String.join(" or ", versions);
    }

    private static List<String> lines(String file) {
        try (InputStream in = Requirements.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("file '%s' of an engine's packages is missing".formatted(file));
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .toList();
        } catch (IOException failure) {
            throw new UncheckedIOException("file '%s' can't be read".formatted(file), failure);
        }
    }
}
