package dev.slipway.formats.model;

import dev.slipway.domain.image.PullSource;
import dev.slipway.domain.model.ModelConfig;
import dev.slipway.domain.model.ModelSource;
import dev.slipway.domain.model.ModelType;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.formats.field.Field;
import dev.slipway.formats.json.Findings;
import dev.slipway.formats.json.JsonDocument;
import dev.slipway.formats.json.JsonObjectReader;
import dev.slipway.formats.json.JsonSource;
import dev.slipway.formats.json.JsonValue;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads a model that is a container image: its reference, start command and whether it is copied. */
final class ImageReader {

    private static final Map<String, String> REASONS = Map.of(
            "execution_code", "an image has its code in it, leave it out",
            "runtime", "an image has a runtime of its own, leave it out",
            "dependencies", "an image has its packages in it: install them when it is built, and leave this out",
            "template", "an image is of no template, leave it out");

    private ImageReader() {}

    /** Whether the body says that its model is an image. */
    static boolean isMeant(JsonObjectReader body) {
        return body.valueOrNull(ModelShapes.TYPE.name()) instanceof JsonValue.JsonText text
                && text.value().equals(ModelType.IMAGE.wireName());
    }

    /** @throws Invalid PARAMETER by the name of the field, or SOURCE_LOCATION */
    static ModelSource.ContainerImage read(JsonObjectReader body, @Nullable ModelConfig config, String objectHost) {
        for (Field.Unused field : ModelShapes.NOT_OF_IMAGES) {
            if (body.usedOrNull(field) != null) {
                throw body.problem(field.name(), String.valueOf(REASONS.get(field.name())));
            }
        }
        String location = body.text(ModelShapes.SOURCE.name());
        PullSource source = PullSource.parse(location, objectHost);
        String address = config == null ? null : addressIn(config);
        if (address != null && !PullSource.parse(address, objectHost).equals(source)) {
            throw body.problem(
                    ModelShapes.SOURCE.name(),
                    "expected the same image as 'swr_location' of 'initial_config' ('%s'), found '%s'"
                            .formatted(address, location));
        }
        return new ModelSource.ContainerImage(source.toString(), command(body), isCopied(body));
    }

    private static @Nullable String addressIn(ModelConfig config) {
        JsonObjectReader reader = JsonObjectReader.of(JsonDocument.readTolerant(
                JsonSource.named("initial_config", ErrorCode.CONFIG_VIOLATES_SPECIFICATION),
                config.text(),
                new Findings()));
        return reader.valueOrNull("swr_location") instanceof JsonValue.JsonText text
                        && !text.value().isBlank()
                ? text.value()
                : null;
    }

    private static List<String> command(JsonObjectReader body) {
        String text = body.textOrNull(ModelShapes.COMMAND);
        if (text == null || text.isBlank()) {
            return List.of();
        }
        Optional<String> forbidden = StartCommand.forbidden(text);
        if (forbidden.isPresent()) {
            throw body.problem(
                    ModelShapes.COMMAND.name(),
                    "a start command may not have '%s': no shell reads it; put what needs one into a script of the image"
                            .formatted(forbidden.get()));
        }
        return StartCommand.words(text)
                .orElseThrow(() -> body.problem(
                        ModelShapes.COMMAND.name(), "expected an end of each quote, found '%s'".formatted(text)));
    }

    private static boolean isCopied(JsonObjectReader body) {
        JsonValue value = body.valueOrNull(ModelShapes.IS_COPIED.name());
        if (value == null || value.isEmpty()) {
            return true;
        }
        String text = value instanceof JsonValue.JsonText sent ? sent.value() : value.toJson();
        if (!text.equals("true") && !text.equals("false")) {
            throw body.problem(
                    ModelShapes.IS_COPIED.name(),
                    "expected \"true\" or \"false\", found %s".formatted(value.description()));
        }
        return text.equals("true");
    }
}
