package dev.slipway.formats.model;

import dev.slipway.domain.model.ModelApi;
import dev.slipway.domain.model.ModelConfig;
import dev.slipway.domain.model.ModelType;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.formats.json.Findings;
import dev.slipway.formats.json.JsonDocument;
import dev.slipway.formats.json.JsonObjectReader;
import dev.slipway.formats.json.JsonSource;
import dev.slipway.formats.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a config.json (guide 4.1.2). Unknown keys are tolerated and stay in the text. Everything that is wrong is told at once, each with
 * line and column; what is not built yet comes last.
 */
public final class ModelConfigReader {

    private static final JsonSource FILE =
            JsonSource.named("model/config.json", ErrorCode.CONFIG_VIOLATES_SPECIFICATION);
    private static final String ALGORITHM = "[A-Za-z][^&!'\"<>=\\u4e00-\\u9fff]{0,35}";
    /** The largest config.json, in bytes. */
    public static final int LONGEST = FILE.longest();

    private static final JsonSource INITIAL =
            JsonSource.named("initial_config", ErrorCode.CONFIG_VIOLATES_SPECIFICATION);
    /** Keys that mean something elsewhere, and are kept. */
    private static final String[] KEPT_ALONE = {
        "health",
        "readiness_health",
        "startup_health",
        "protocol",
        "port",
        "model_source",
        "tunable",
        "algorithm",
        "downloadable_flag"
    };

    private static final List<String> METRICS = List.of("f1", "recall", "precision", "accuracy");

    private ModelConfigReader() {}

    /**
     * The file {@code model/config.json} of a package.
     *
     * @param asked the engine of the request, which the file must name too
     * @throws Invalid with all faults at once: CONFIG_VIOLATES_SPECIFICATION, or CONFIG_UNSUPPORTED if it is right and needs what is not
     *     built yet
     */
    public static ModelConfig readFile(byte[] bytes, ModelType asked) {
        return readFile(bytes, asked, new Findings());
    }

    /** As {@link #readFile(byte[], ModelType)}, whatever engine it names. */
    public static ModelConfig readFile(byte[] bytes) {
        return readFile(bytes, null, new Findings());
    }

    private static ModelConfig readFile(byte[] bytes, @Nullable ModelType asked, Findings findings) {
        JsonObjectReader reader = JsonObjectReader.of(JsonDocument.read(FILE, bytes, findings));
        return read(
                reader, JsonDocument.withoutByteOrderMark(new String(bytes, StandardCharsets.UTF_8)), asked, findings);
    }

    /** The config in a request, as JSON text or as an object, with all that the file must have (wire contract 10). */
    static ModelConfig readInitial(JsonValue value, String text, ModelType asked, Findings findings) {
        return read(JsonObjectReader.of(value), text, asked, findings);
    }

    /** What is odd in a config that was read before. */
    public static List<String> warnings(ModelConfig config, boolean isFile) {
        JsonSource source = isFile ? FILE : INITIAL;
        Findings findings = new Findings();
        read(
                JsonObjectReader.of(JsonDocument.readTolerant(source, config.text(), findings)),
                config.text(),
                config.type(),
                findings);
        return findings.warnings();
    }

    private static ModelConfig read(
            JsonObjectReader reader, String text, @Nullable ModelType asked, Findings findings) {
        reader.asksLater(KEPT_ALONE);
        ModelType found = type(reader, asked, findings);
        ModelType type = found != null ? found : asked != null ? asked : ModelType.CUSTOM;
        String algorithm = findings.reading(() -> algorithm(reader));
        if (reader.has("swr_location")) {
            findings.fault(reader.problem("swr_location", "only models of engine 'Image' have it, remove it"));
        }
        String runtime = findings.reading(() -> runtime(reader, type));
        List<ModelApi> apis = ApiReader.read(reader, type, findings);
        String metrics = metrics(reader, findings);
        DependencyReader.refuseUses(reader, findings);
        reader.warnOfMisspelt(findings);
        findings.throwIfAny(ErrorCode.CONFIG_UNSUPPORTED);
        return new ModelConfig(text, algorithm, type, runtime, metrics, null, apis);
    }

    private static @Nullable ModelType type(JsonObjectReader reader, @Nullable ModelType asked, Findings findings) {
        ModelType type;
        try {
            type = ModelTypes.required(reader);
        } catch (Invalid refused) {
            if (ModelTypes.isNotBuilt(reader)) {
                findings.notBuilt(refused);
            } else {
                findings.fault(refused);
            }
            return null;
        }
        if (asked != null && type != asked) {
            findings.fault(reader.problem(
                    "model_type",
                    "expected '%s' as in the request, found '%s': make both the same"
                            .formatted(asked.wireName(), type.wireName())));
        }
        return type;
    }

    private static String algorithm(JsonObjectReader reader) {
        JsonValue value = reader.valueOrNull("model_algorithm");
        String algorithm = value instanceof JsonValue.JsonText text ? text.value() : "";
        if (algorithm.isEmpty()) {
            throw reader.problem(
                    "model_algorithm",
                    "expected what the model is for as a text, for example \"image_classification\", found %s"
                            .formatted(value == null ? "none" : value.description()));
        }
        if (!algorithm.matches(ALGORITHM)) {
            throw reader.problem(
                    "model_algorithm",
                    "expected a letter and at most 35 more characters, none of & ! ' \" < > = and no Chinese, found '%s'"
                            .formatted(algorithm));
        }
        return algorithm;
    }

    private static @Nullable String runtime(JsonObjectReader reader, ModelType type) {
        String runtime = reader.textOrNull("runtime");
        return runtime == null ? null : Runtimes.checked(reader.value("runtime").place(), type, runtime);
    }

    private static @Nullable String metrics(JsonObjectReader owner, Findings findings) {
        JsonObjectReader metrics = findings.reading(() -> owner.objectOrNull("metrics"));
        if (metrics == null) {
            return null;
        }
        for (String name : METRICS) {
            JsonValue metric = metrics.valueOrNull(name);
            if (metric != null && !(metric instanceof JsonValue.JsonNumber)) {
                findings.fault(metric.place()
                        .problem("expected a number, found %s: write it without quotes, for example 0.95"
                                .formatted(metric.description())));
            }
        }
        return metrics.object().toJson();
    }
}
