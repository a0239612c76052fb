package dev.slipway.formats.model;

import dev.slipway.domain.model.Dependency;
import dev.slipway.domain.model.Engines;
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
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a config.json (guide 4.1.2). Unknown keys are tolerated and stay in the text. Everything that is wrong is told at once, each with
 * line and column; what is not built yet comes last.
 */
public final class ModelConfigReader {

    private static final JsonSource FILE =
            JsonSource.named("model/config.json", ErrorCode.CONFIG_VIOLATES_SPECIFICATION);
    private static final String ALGORITHM = "[A-Za-z][^&!'\"<>=\\p{IsHan}\\p{Cntrl}]{0,35}";
    /** The largest config.json, in bytes. */
    public static final int LONGEST = FILE.longest();

    private static final JsonSource INITIAL =
            JsonSource.named("initial_config", ErrorCode.CONFIG_VIOLATES_SPECIFICATION);
    /** Keys that mean something elsewhere, and are kept. */
    private static final String[] KEPT_ALONE = {
        "protocol",
        "port",
        "model_source",
        "tunable",
        "algorithm",
        "downloadable_flag",
        "model_name",
        "model_version",
        "description"
    };

    /** Without these keys the model is another one. */
    private static final Set<String> NEEDED = Set.of("dependencies", "apis", "runtime", "swr_location");

    private static final String NUMBER = "-?(0|[1-9][0-9]*)([.][0-9]+)?([eE][+-]?[0-9]+)?";

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
                reader,
                JsonDocument.withoutByteOrderMark(new String(bytes, StandardCharsets.UTF_8)),
                asked,
                true,
                findings);
    }

    /** The config in a request, as JSON text or as an object, with all that the file must have (wire contract 10). */
    static ModelConfig readInitial(JsonValue value, String text, ModelType asked, Findings findings) {
        return read(JsonObjectReader.of(value), text, asked, false, findings);
    }

    /** What is odd in a config that was read before. */
    public static List<String> warnings(ModelConfig config, boolean isFile) {
        JsonSource source = isFile ? FILE : INITIAL;
        Findings findings = new Findings();
        read(
                JsonObjectReader.of(JsonDocument.readTolerant(source, config.text(), findings)),
                config.text(),
                config.type(),
                isFile,
                findings);
        return findings.warnings();
    }

    /** Whether the package takes several requests in one call, by a method {@code _inference_batch} that it must have. */
    public static boolean declaresBatching(ModelConfig config) {
        return BatchingReader.isIn(JsonObjectReader.of(JsonDocument.readTolerant(FILE, config.text(), new Findings())));
    }

    private static ModelConfig read(
            JsonObjectReader reader, String text, @Nullable ModelType asked, boolean isFile, Findings findings) {
        reader.asksLater(KEPT_ALONE);
        ModelType found = type(reader, asked, findings);
        ModelType type =
                found != null ? found : ModelTypes.named(reader).orElse(asked != null ? asked : ModelType.CUSTOM);
        boolean isImage = type == ModelType.IMAGE;
        String algorithm = findings.reading(() -> algorithm(reader));
        checkAddress(reader, isImage, isFile, findings);
        String runtime = Engines.find(type).isEmpty()
                ? reader.textOrNull("runtime")
                : findings.reading(() -> runtime(reader, type));
        List<ModelApi> apis = ApiReader.read(reader, type, findings);
        String metrics = metrics(reader, findings);
        List<Dependency> dependencies = List.of();
        if (isImage) {
            refuseForImages(reader, findings);
        } else {
            dependencies = DependencyReader.read(reader, findings);
        }
        HealthReader.check(reader, isImage, findings);
        BatchingReader.check(reader, isImage, findings);
        if (isImage) {
            ImageServer.check(reader, findings);
        }
        for (String part : List.of("request", "response")) {
            JsonValue outside = reader.valueOrNull(part);
            if (outside != null) {
                ConfigRule.MESSAGE_OUTSIDE.tell(findings, outside.place(), part);
            }
        }
        reader.forEachMisspelt(
                (value, meant) -> (NEEDED.contains(meant) ? ConfigRule.KEY_LOST : ConfigRule.KEY_MISSPELT)
                        .tell(findings, value.place(), meant));
        findings.throwIfAny(ErrorCode.CONFIG_UNSUPPORTED);
        return new ModelConfig(text, algorithm, type, runtime, metrics, dependencies, apis);
    }

    /** @param isNeeded whether nothing else says the address of an image */
    private static void checkAddress(JsonObjectReader reader, boolean isImage, boolean isNeeded, Findings findings) {
        String address = findings.reading(() -> reader.textOrNull("swr_location"));
        if (isImage
                && isNeeded
                && address == null
                && !(reader.valueOrNull("swr_location") instanceof JsonValue.JsonObject)) {
            ConfigRule.SWR_MISSING.tell(findings, reader.placeOf("swr_location"));
        } else if (!isImage && address != null) {
            ConfigRule.SWR_OF_PACKAGE.tell(findings, reader.placeOf("swr_location"));
        }
    }

    private static void refuseForImages(JsonObjectReader reader, Findings findings) {
        JsonValue runtime = reader.valueOrNull("runtime");
        if (runtime != null && !runtime.isEmpty()) {
            ConfigRule.RUNTIME_OF_IMAGE.tell(findings, runtime.place());
        }
        JsonValue dependencies = reader.valueOrNull("dependencies");
        if (dependencies != null && !dependencies.isEmpty()) {
            ConfigRule.DEPENDENCIES_OF_IMAGE.tell(findings, dependencies.place());
        }
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
            ConfigRule.TYPE_OF_REQUEST.tell(findings, reader.placeOf("model_type"), asked.wireName(), type.wireName());
        }
        return type;
    }

    private static String algorithm(JsonObjectReader reader) {
        JsonValue value = reader.valueOrNull("model_algorithm");
        String algorithm = value instanceof JsonValue.JsonText text ? text.value() : "";
        if (algorithm.isBlank()) {
            throw ConfigRule.ALGORITHM_MISSING.at(
                    reader.placeOf("model_algorithm"), value == null ? "none" : value.description());
        }
        if (!algorithm.matches(ALGORITHM)) {
            throw ConfigRule.ALGORITHM_FORM.at(reader.placeOf("model_algorithm"), algorithm);
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
            if (metric instanceof JsonValue.JsonText text && text.value().matches(NUMBER)) {
                ConfigRule.METRIC_TEXT.tell(findings, metric.place(), text.value());
            } else if (metric != null && !metric.isEmpty() && !(metric instanceof JsonValue.JsonNumber)) {
                ConfigRule.METRIC_NUMBER.tell(findings, metric.place(), metric.description());
            }
        }
        metrics.forEachMisspelt((value, meant) -> ConfigRule.KEY_MISSPELT.tell(findings, value.place(), meant));
        return metrics.object().toJson();
    }
}
