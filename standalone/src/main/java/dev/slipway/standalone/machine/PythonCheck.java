package dev.slipway.standalone.machine;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The interpreter of models. */
final class PythonCheck implements Supplier<List<Finding>> {

    private static final Pattern VERSION = Pattern.compile("Python (\\d+)\\.(\\d+)");
    private static final int MAJOR = 3;
    private static final int OLDEST_MINOR = 9;

    private final String python;

    PythonCheck(String python) {
        this.python = python;
    }

    @Override
    public List<Finding> get() {
        Optional<String> version = MachineProgram.firstLine(python, "--version");
        if (version.isEmpty()) {
            return List.of(Finding.note("Python", "'%s --version' does not answer".formatted(python)));
        }
        Matcher matcher = VERSION.matcher(version.get());
        boolean fits = matcher.find()
                && Integer.parseInt(matcher.group(1)) == MAJOR
                && Integer.parseInt(matcher.group(2)) >= OLDEST_MINOR;
        return List.of(
                fits
                        ? Finding.good("Python", version.get())
                        : Finding.missing(
                                "Python",
                                "found '%s', expected 3.9 or later as %s on PATH: models run in it. What to do: install it"
                                        .formatted(version.get(), python)));
    }
}
