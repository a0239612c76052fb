package dev.slipway.formats.model;

import dev.slipway.domain.model.ModelApi;
import dev.slipway.domain.model.ModelConfig;
import dev.slipway.domain.model.ModelType;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.formats.json.JsonDocument;
import dev.slipway.formats.json.JsonObjectReader;
import dev.slipway.formats.json.JsonSource;
import dev.slipway.formats.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a config.json (guide 4.1.2). Unknown keys are tolerated and stay in the text. What is not supported is refused with line and
 * column.
 */
public final class ModelConfigReader {

    private static final JsonSource FILE =
            JsonSource.named("model/config.json", ErrorCode.CONFIG_VIOLATES_SPECIFICATION);
    private static final String ALGORITHM = "[A-Za-z][^&!'\"<>=\\u4e00-\\u9fff]{0,35}";
    /** The largest config.json, in bytes. */
    public static final int LONGEST = FILE.longest();

    private static final List<String> METRICS = List.of("f1", "recall", "precision", "accuracy");

    private ModelConfigReader() {}

    /**
     * The file {@code model/config.json} of a package.
     *
     * @param asked the engine of the request, which the file must name too
     * @throws Invalid CONFIG_VIOLATES_SPECIFICATION
     */
    public static ModelConfig readFile(byte[] bytes, ModelType asked) {
        return readFile(bytes, JsonObjectReader.of(JsonDocument.read(FILE, bytes)), asked);
    }

    /** As {@link #readFile(byte[], ModelType)}, whatever engine it names. */
    public static ModelConfig readFile(byte[] bytes) {
        JsonObjectReader reader = JsonObjectReader.of(JsonDocument.read(FILE, bytes));
        return readFile(bytes, reader, ModelTypes.required(reader));
    }

    private static ModelConfig readFile(byte[] bytes, JsonObjectReader reader, ModelType asked) {
        ModelType type = ModelTypes.required(reader);
        if (reader.textOrNull("model_algorithm") == null) {
            throw reader.problem("model_algorithm", "expected what the model is for, for example image_classification");
        }
        return read(reader, JsonDocument.withoutByteOrderMark(new String(bytes, StandardCharsets.UTF_8)), type, asked);
    }

    /** The config in a request, as JSON text or as an object. What it leaves out is taken from the request. */
    static ModelConfig readInitial(JsonValue value, String text, ModelType asked) {
        JsonObjectReader reader = JsonObjectReader.of(value);
        return read(reader, text, ModelTypes.optional(reader, asked), asked);
    }

    private static ModelConfig read(JsonObjectReader reader, String text, ModelType type, ModelType asked) {
        if (type != asked) {
            throw reader.problem(
                    "model_type",
                    "expected '%s' as in the request, found '%s'".formatted(asked.wireName(), type.wireName()));
        }
        String algorithm = reader.textOrNull("model_algorithm");
        if (algorithm != null && !algorithm.matches(ALGORITHM)) {
            throw reader.problem(
                    "model_algorithm",
                    "expected a letter and at most 35 more characters, none of & ! ' \" < > = and no Chinese, found '%s'"
                            .formatted(algorithm));
        }
        if (reader.has("swr_location")) {
            throw reader.problem("swr_location", "only models of engine 'Image' have it, remove it");
        }
        String runtime = reader.textOrNull("runtime");
        if (runtime != null) {
            Runtimes.checked(reader.value("runtime").place(), runtime);
        }
        List<ModelApi> apis = ApiReader.read(reader, type);
        DependencyReader.refuseUses(reader);
        return new ModelConfig(text, algorithm, type, runtime, metrics(reader), null, apis);
    }

    private static @Nullable String metrics(JsonObjectReader owner) {
        JsonObjectReader metrics = owner.objectOrNull("metrics");
        if (metrics == null) {
            return null;
        }
        for (String name : METRICS) {
            JsonValue metric = metrics.valueOrNull(name);
            if (metric != null && !(metric instanceof JsonValue.JsonNumber)) {
                throw metric.place().problem("expected a number, found " + metric.description());
            }
        }
        return metrics.object().toJson();
    }
}
