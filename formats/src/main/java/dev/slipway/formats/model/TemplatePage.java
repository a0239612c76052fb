package dev.slipway.formats.model;

import dev.slipway.domain.model.InferenceMode;
import dev.slipway.domain.model.ModelTemplate;
import dev.slipway.domain.model.ModelType;
import dev.slipway.formats.wire.WireRecord;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Templates of models (wire contract 2.7). */
@WireRecord
public record TemplatePage(long totalCount, int count, List<Template> templates) {
    public TemplatePage {
        templates = List.copyOf(templates);
    }

    /**
     * A template. The fields from {@code templateName} on are an extension of ours.
     *
     * @param templateName in the guide
     * @param inferFormat the mode without another choice
     * @param inferFormats the modes that may be chosen
     * @param status {@code runs}, {@code on_successor} or {@code refused}
     * @param reason why it is refused, or what runs its models now; null if there is nothing to say
     */
    @WireRecord
    public record Template(
            String templateId,
            String templateNameEn,
            String descriptionEn,
            String arch,
            Labels templateLabels,
            List<String> templateDocs,
            List<Input> templateInputs,
            String templateName,
            String inferFormat,
            List<String> inferFormats,
            String status,
            @Nullable String reason) {

        public Template {
            templateDocs = List.copyOf(templateDocs);
            templateInputs = List.copyOf(templateInputs);
            inferFormats = List.copyOf(inferFormats);
        }

        public static Template of(ModelTemplate template) {
            return new Template(
                    template.id(),
                    template.isGeneral()
                            ? "General template for %s".formatted(template.engineName())
                            : "TensorFlow-based image classification template",
                    "Runs a package without config.json by the engine %s, runtime %s; mode '%s'%s"
                            .formatted(
                                    template.engine().wireName(),
                                    template.runtime(),
                                    template.mode().id(),
                                    template.isGeneral() ? " unless another one is chosen" : ""),
                    template.engine() == ModelType.MINDSPORE ? "aarch64" : "x86_64",
                    new Labels(
                            template.isGeneral() ? "general" : "image_classification",
                            template.engineName(),
                            template.runtime()),
                    List.of(),
                    List.of(
                            new Input(
                                    "model_folder",
                                    "dir",
                                    "Model folder",
                                    "The folder 'model' of the package in object storage, with customize_service.py and the model's files.")),
                    template.guideName(),
                    template.mode().id(),
                    template.modes().stream().map(InferenceMode::id).toList(),
                    template.standing().name().toLowerCase(Locale.ROOT),
                    template.reason().orElse(null));
        }
    }

    /** What templates are chosen by. */
    @WireRecord
    public record Labels(String theme, String engine, String environment) {}

    /** What a template needs. */
    @WireRecord
    public record Input(String inputId, String inputType, String nameEn, String descriptionEn) {}
}
