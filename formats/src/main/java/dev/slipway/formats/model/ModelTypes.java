package dev.slipway.formats.model;

import dev.slipway.domain.model.Engines;
import dev.slipway.domain.model.ModelType;
import dev.slipway.formats.json.JsonObjectReader;
import dev.slipway.formats.json.JsonValue;
import dev.slipway.formats.json.NearestName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Reads the field {@code model_type}. */
final class ModelTypes {

    private static final List<String> BUILT = ModelShapes.TYPE.choices();

    private static final Map<String, String> LIBRARIES = Map.of(
            "sklearn", ModelType.SCIKIT_LEARN.wireName(),
            "torch", ModelType.PYTORCH.wireName(),
            "pyspark", ModelType.SPARK_MLLIB.wireName());

    private ModelTypes() {}

    static ModelType required(JsonObjectReader reader) {
        return checked(reader, reader.text(ModelShapes.TYPE.name()));
    }

    /** The one that it names, whether this version has its engine or not; empty if it names none. */
    static Optional<ModelType> named(JsonObjectReader reader) {
        return reader.valueOrNull(ModelShapes.TYPE.name()) instanceof JsonValue.JsonText text
                ? ModelType.ofWireName(text.value())
                : Optional.empty();
    }

    /** Whether it names an engine that exists and is not supported yet. */
    static boolean isNotBuilt(JsonObjectReader reader) {
        return reader.valueOrNull(ModelShapes.TYPE.name()) instanceof JsonValue.JsonText text
                && ModelType.ofWireName(text.value())
                        .filter(type ->
                                type != ModelType.IMAGE && Engines.find(type).isEmpty())
                        .isPresent();
    }

    /** The engine that a name of another writing, or of its library, most likely means, as a question. */
    private static String meant(String text) {
        Map<String, String> names = new TreeMap<>(LIBRARIES);
        BUILT.forEach(engine -> names.put(engine, engine));
        return NearestName.of(text.strip(), names.keySet())
                .map(name -> ": did you mean '%s'?".formatted(names.get(name)))
                .orElse("");
    }

    private static ModelType checked(JsonObjectReader reader, String text) {
        Optional<ModelType> type = ModelType.ofWireName(text);
        if (type.isEmpty()) {
            throw reader.problem(
                    "model_type",
                    "engine '%s' does not exist, expected one of %s%s".formatted(text, BUILT, meant(text)));
        }
        if (type.get() == ModelType.MXNET) {
            throw reader.problem(
                    "model_type",
                    "engine 'MXNet' is not supported: the project was retired in 2023 and its last release does not install on a Python of today; convert the model to ONNX or PyTorch, expected one of %s"
                            .formatted(BUILT));
        }
        if (type.get() != ModelType.IMAGE && Engines.find(type.get()).isEmpty()) {
            throw reader.problem(
                    "model_type",
                    "engine '%s' is not supported by this version of Slipway yet, expected one of %s: engine 'Custom' runs it if customize_service.py loads the model itself"
                            .formatted(text, BUILT));
        }
        return type.get();
    }
}
