package dev.slipway.formats.model;

import dev.slipway.domain.model.Engines;
import dev.slipway.domain.model.ModelType;
import dev.slipway.formats.field.TextRule;
import dev.slipway.formats.json.JsonPlace;
import java.util.List;

/** The runtimes of an engine. All names mean the Python 3 of the cluster that runs the model; clients and packages use these names. */
final class Runtimes {

    private static final List<String> PYTHON =
            Engines.of(ModelType.SCIKIT_LEARN).runtimes();

    static final TextRule RULE =
            TextRule.of("python3([.][0-9]{1,2})?", "expected a Python 3 runtime, one of %s".formatted(PYTHON));

    private Runtimes() {}

    static String checked(JsonPlace place, String runtime) {
        if (!RULE.allows(runtime)) {
            throw place.problem("%s, found '%s'".formatted(RULE.words(), runtime));
        }
        return runtime;
    }
}
