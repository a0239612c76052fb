package dev.slipway.cli.command;

import dev.slipway.formats.json.NearestName;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The words after the name of the command: values, {@code --option VALUE} or {@code --option=VALUE}, and flags. */
public final class Arguments {

    private final List<String> values = new ArrayList<>();
    private final Map<String, String> options = new LinkedHashMap<>();
    private final Set<String> flags = new LinkedHashSet<>();

    /**
     * Reads the words.
     *
     * @throws UsageError if an option is unknown or has no value
     */
    public Arguments(List<String> words, Set<String> knownOptions, Set<String> knownFlags) {
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            int equals = word.indexOf('=');
            String name = word.startsWith("--") && equals > 0 ? word.substring(0, equals) : word;
            if (!word.startsWith("-")) {
                values.add(word);
            } else if (knownFlags.contains(word)) {
                flags.add(word);
            } else if (!knownOptions.contains(name)) {
                Set<String> known = new LinkedHashSet<>(knownOptions);
                known.addAll(knownFlags);
                String nearest = NearestName.of(name, known)
                        .map(", did you mean '%s'"::formatted)
                        .orElse("");
                throw new UsageError("'%s' is no option here%s".formatted(name, nearest));
            } else if (equals > 0) {
                options.put(name, given(name, word.substring(equals + 1)));
            } else if (i + 1 < words.size()) {
                options.put(name, given(name, words.get(++i)));
            } else {
                throw new UsageError("'%s' needs a value".formatted(name));
            }
        }
    }

    private static String given(String name, String value) {
        if (value.isBlank()) {
            throw new UsageError("'%s' needs a value, found an empty one".formatted(name));
        }
        return value;
    }

    /** The words that are not options, in order. */
    public List<String> values() {
        return values;
    }

    /**
     * The one word that a command takes, which has no options.
     *
     * @param expected what {@link UsageError} says if it is not one word
     * @param inPlaceOfFolder what it says to {@code --data} and {@code --config}, which other commands have
     */
    public static String single(List<String> words, String expected, String inPlaceOfFolder) {
        return some(words, 1, expected, inPlaceOfFolder).getFirst();
    }

    /** As {@link #single}, with one word or more. */
    public static List<String> some(List<String> words, int most, String expected, String inPlaceOfFolder) {
        for (String word : words) {
            if (word.matches("--(data|config)(=.*)?")) {
                throw new UsageError(
                        "'%s' is no option here: %s".formatted(word.replaceFirst("=.*", ""), inPlaceOfFolder));
            }
        }
        List<String> values = new Arguments(words, Set.of(), Set.of()).values();
        if (values.isEmpty() || values.size() > most || values.stream().anyMatch(String::isBlank)) {
            throw new UsageError(expected);
        }
        return values;
    }

    /** Whether the flag was given. */
    public boolean has(String flag) {
        return flags.contains(flag);
    }

    /** The data folder; null if there is none. */
    public @Nullable Path folder() {
        String folder = options.get("--data");
        return folder == null ? null : Path.of(folder);
    }

    /** The data folder. */
    public Path folder(String otherwise) {
        return Path.of(options.getOrDefault("--data", otherwise));
    }

    /** The settings file; null if there is none. */
    public @Nullable Path config() {
        String config = options.get("--config");
        return config == null ? null : Path.of(config);
    }
}
