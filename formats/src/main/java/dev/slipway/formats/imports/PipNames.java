package dev.slipway.formats.imports;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** By which names pip knows a module. */
public final class PipNames {

    private static final Map<String, String> TABLE = table();
    private static final String NONE = "- ";

    private PipNames() {}

    /** What to do about a module that is not there. */
    public static String advice(String module) {
        String known = TABLE.getOrDefault(module, module);
        if (known.startsWith(NONE)) {
            return known.substring(NONE.length());
        }
        String added =
                "add {\"package_name\": \"%s\"} to the packages of 'dependencies'".formatted(known.split(" ", 2)[0]);
        return TABLE.containsKey(module) ? added : added + ", or the module itself to the package";
    }

    /** The package that pip knows it by; the module's own name where no other is known. Empty text if pip has none. */
    public static String of(String module) {
        String known = TABLE.getOrDefault(module, module);
        return known.startsWith(NONE) ? "" : known.split(" ", 2)[0];
    }

    /** Whether one of these packages, named as {@link #canonical} names them, has that module. */
    static boolean isIn(String module, Set<String> packages) {
        String known = TABLE.getOrDefault(module, module);
        return packages.contains(canonical(module))
                || (!known.startsWith(NONE)
                        && Arrays.stream(known.split(" "))
                                .map(PipNames::canonical)
                                .anyMatch(packages::contains));
    }

    /** The names of required packages: with or without versions, or the paths of wheels. */
    static Set<String> canonical(Collection<String> packages) {
        return packages.stream().map(PipNames::nameOf).map(PipNames::canonical).collect(Collectors.toUnmodifiableSet());
    }

    private static String nameOf(String required) {
        String last = required.substring(required.lastIndexOf('/') + 1).strip();
        if (last.endsWith(".whl")) {
            return last.split("-", 2)[0];
        }
        return last.split("[=<>!~;\\[ @]", 2)[0];
    }

    /** As pip compares names. */
    private static String canonical(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[-_.]+", "-");
    }

    private static Map<String, String> table() {
        Map<String, String> table = new HashMap<>();
        for (String line : lines()) {
            int blank = line.indexOf(' ');
            table.put(line.substring(0, blank), line.substring(blank + 1).strip());
        }
        return Map.copyOf(table);
    }

    private static List<String> lines() {
        try (InputStream in = PipNames.class.getResourceAsStream("pip-names.txt")) {
            if (in == null) {
                throw new IllegalStateException("resource pip-names.txt is not in the jar of slipway-formats");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("resource pip-names.txt cannot be read", e);
        }
    }
}
