package dev.slipway.formats.model;

import dev.slipway.domain.model.Engine;
import dev.slipway.domain.model.Engines;
import dev.slipway.domain.model.ModelType;
import dev.slipway.formats.field.TextRule;
import dev.slipway.formats.json.JsonPlace;
import dev.slipway.formats.json.NearestName;

/** Reads names of runtimes. Old names are accepted: their engine resolves them to what exists today. */
final class Runtimes {

    /** What all of them look like; which of them there are depends on the engine. */
    static final TextRule RULE = TextRule.of(
            "python(2[.]7|3([.][0-9]{1,2})?)|aarch64|[a-z]{2,20}_?[0-9]{1,3}[.][0-9][a-z0-9._-]{1,80}",
            "expected the name of one of the engine's runtimes, for example python3 or tf1.13-python3.7-cpu");

    private Runtimes() {}

    static String checked(JsonPlace place, ModelType type, String runtime) {
        Engine engine = Engines.of(type);
        if (!RULE.allows(runtime) || engine.runtime(runtime).isEmpty()) {
            throw place.problem("expected a runtime of engine '%s', found '%s'%s: use python3%s, or leave it out"
                    .formatted(
                            engine.name(),
                            runtime,
                            NearestName.of(runtime.strip(), engine.runtimes())
                                    .map(", did you mean '%s'?"::formatted)
                                    .orElse(""),
                            engine.runtimes().isEmpty()
                                    ? ""
                                    : ", one of %s".formatted(String.join(", ", engine.runtimes()))));
        }
        return runtime;
    }
}
