package dev.slipway.standalone.command;

import dev.slipway.adapters.local.LocalSettings;
import dev.slipway.adapters.local.PythonInterpreter;
import dev.slipway.domain.model.Engines;
import dev.slipway.domain.model.ModelType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which Python each engine has, and what is installed there. */
final class EngineChecks {

    private static final int SHOWN = 8;
    private static final List<String> OF_SCIKIT_LEARN = List.of("scikit-learn", "joblib");

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
        for (String engine : Engines.names()) {
            String command = settings.pythonOf(engine);
            lines.add(line(engine, asked.computeIfAbsent(command, EngineChecks::ask)));
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

    private static Line line(String engine, Object found) {
        if (!(found instanceof PythonInterpreter python)) {
            return new Line(
                    Mark.BAD,
                    engine,
                    "%s. What to do: install Python 3.9 or later, or name another in slipway.yml: engines.%s.python"
                            .formatted(found, engine));
        }
        List<String> missing = engine.equals(ModelType.SCIKIT_LEARN.wireName())
                ? OF_SCIKIT_LEARN.stream()
                        .filter(name -> !python.packages().containsKey(name))
                        .toList()
                : List.of();
        String what = "Python %s at %s, with %s".formatted(python.version(), python.executable(), packages(python));
        if (missing.isEmpty()) {
            return new Line(Mark.GOOD, engine, what);
        }
        return new Line(
                Mark.NOTE,
                engine,
                "%s; without %s its models do not start. What to do: %s -m pip install %s, or name an interpreter that has them in slipway.yml: engines.%s.python"
                        .formatted(
                                what,
                                String.join(" and ", missing),
                                python.executable(),
                                String.join(" ", missing),
                                engine));
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
