package dev.slipway.formats.model;

import dev.slipway.domain.model.Engines;
import dev.slipway.domain.model.ModelType;
import dev.slipway.formats.json.JsonPlace;
import java.util.List;

/** The runtimes of an engine. All names mean the Python 3 of the cluster that runs the model; clients and packages use these names. */
final class Runtimes {

    private static final List<String> PYTHON =
            Engines.of(ModelType.SCIKIT_LEARN).runtimes();

    private static final String PYTHON_3 = "python3(\\.\\d{1,2})?";

    private Runtimes() {}

    static String checked(JsonPlace place, String runtime) {
        if (!runtime.matches(PYTHON_3)) {
            throw place.problem("expected a Python 3 runtime, one of %s, found '%s'".formatted(PYTHON, runtime));
        }
        return runtime;
    }
}
