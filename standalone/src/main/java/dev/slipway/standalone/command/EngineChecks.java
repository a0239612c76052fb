package dev.slipway.standalone.command;

import dev.slipway.adapters.local.LocalSettings;
import dev.slipway.adapters.local.PythonInterpreter;
import dev.slipway.domain.model.Engine;
import dev.slipway.domain.model.Engines;
import dev.slipway.domain.model.Versions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which Python each engine has, and what is installed there. */
final class EngineChecks {

    private static final int SHOWN = 8;
    private static final String OLDEST_PIP = "22.3";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]+");

    /** How serious a line is. */
    enum Mark {
        GOOD,
        NOTE,
        BAD
    }

    /** A line about an engine. */
    record Line(Mark mark, String engine, String text) {}

    private EngineChecks() {}

    /** One line for each engine; starts each interpreter once. */
    static List<Line> of(LocalSettings settings) {
        Map<String, Object> asked = new HashMap<>();
        List<Line> lines = new ArrayList<>();
        for (Engine engine : Engines.all()) {
            String command = settings.pythonOf(engine.name());
            lines.add(line(engine, asked.computeIfAbsent(command, EngineChecks::ask), settings));
        }
        return lines;
    }

    /** The interpreter, or why it cannot be used. */
    private static Object ask(String command) {
        try {
            return PythonInterpreter.withPackages(command);
        } catch (IOException failure) {
            return String.valueOf(failure.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }

    private static Line line(Engine engine, Object found, LocalSettings settings) {
        if (!(found instanceof PythonInterpreter python)) {
            return new Line(
                    Mark.BAD,
                    engine.name(),
                    "%s. What to do: install Python 3.9 or later, or name another in slipway.yml: engines.%s.python"
                            .formatted(found, engine.name()));
        }
        String pip = python.packages().get("pip");
        if (pip == null || Versions.compare(pip, OLDEST_PIP) < 0) {
            return new Line(
                    Mark.NOTE,
                    engine.name(),
                    "Python %s at %s has %s, so no packages are installed for its models, and those that need some are not imported. What to do: install pip %s or newer, for example by 'apt-get install python3-pip'"
                            .formatted(
                                    python.version(),
                                    python.executable(),
                                    pip == null ? "no pip" : "pip " + pip,
                                    OLDEST_PIP));
        }
        String what = "Python %s at %s, with %s".formatted(python.version(), python.executable(), packages(python));
        List<String> installed = installedBeside(engine, python, settings);
        return new Line(
                Mark.GOOD,
                engine.name(),
                installed.isEmpty()
                        ? what
                        : "%s; an import installs beside it, once: %s".formatted(what, String.join(", ", installed)));
    }

    /** The names of what the engine's models need, and this interpreter does not have or its policy does not look for. */
    private static List<String> installedBeside(Engine engine, PythonInterpreter python, LocalSettings settings) {
        boolean countsOwn = settings.pip().preferInstalled().contains(engine.name());
        return engine.environment(null).packages().stream()
                .map(requirement -> NAME.matcher(requirement))
                .filter(Matcher::lookingAt)
                .map(Matcher::group)
                .filter(name -> !countsOwn || !python.packages().containsKey(name.toLowerCase(Locale.ROOT)))
                .distinct()
                .toList();
    }

    private static String packages(PythonInterpreter python) {
        List<String> all = python.packages().entrySet().stream()
                .filter(each -> !each.getKey().equals("pip") && !each.getKey().equals("setuptools"))
                .map(each -> each.getKey() + " " + each.getValue())
                .sorted()
                .toList();
        if (all.isEmpty()) {
            return "no packages";
        }
        return all.size() <= SHOWN
                ? String.join(", ", all)
                : String.join(", ", all.subList(0, SHOWN)) + " and %d more".formatted(all.size() - SHOWN);
    }
}
