package dev.slipway.api.model;

import dev.slipway.api.query.ListQuery;
import dev.slipway.api.query.QueryParameters;
import dev.slipway.domain.access.Caller;
import dev.slipway.domain.model.Engine;
import dev.slipway.domain.model.Engines;
import dev.slipway.domain.model.ModelTemplate;
import dev.slipway.formats.model.EngineRuntimePage;
import dev.slipway.formats.model.TemplatePage;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Engines and templates (wire contract 2.6 and 2.7): the fixed segments beside the ids of models. */
@RestController
@RequestMapping("/v1/{project_id}/models")
class EngineController {

    @GetMapping("/ai-engine-runtimes")
    EngineRuntimePage engines(Caller caller, @QueryParameters({"offset", "limit"}) ListQuery query) {
        List<EngineRuntimePage.EngineRuntimes> all =
                Engines.all().stream().map(EngineController::engine).toList();
        List<EngineRuntimePage.EngineRuntimes> shown = query.shown(all);
        return new EngineRuntimePage(all.size(), shown.size(), shown);
    }

    @GetMapping("/template")
    TemplatePage templates(
            Caller caller, @QueryParameters({"theme", "engine", "env", "keyword", "offset", "limit"}) ListQuery query) {
        List<TemplatePage.Template> all = Arrays.stream(ModelTemplate.values())
                .map(TemplatePage.Template::of)
                .filter(template -> contains(
                                query.text("theme"), template.templateLabels().theme())
                        && contains(
                                query.text("engine"), template.templateLabels().engine())
                        && contains(query.text("env"), template.templateLabels().environment())
                        && contains(
                                query.text("keyword"),
                                String.join(
                                        "\n",
                                        template.templateId(),
                                        template.templateName(),
                                        template.templateNameEn(),
                                        template.descriptionEn())))
                .toList();
        List<TemplatePage.Template> shown = query.shown(all);
        return new TemplatePage(all.size(), shown.size(), shown);
    }

    private static boolean contains(@Nullable String part, String text) {
        return part == null || text.toLowerCase(Locale.ROOT).contains(part.toLowerCase(Locale.ROOT));
    }

    private static EngineRuntimePage.EngineRuntimes engine(Engine engine) {
        List<String> runtimes = engine.runtimes();
        return new EngineRuntimePage.EngineRuntimes(
                engine.name(),
                runtimes,
                forEach(runtimes, "sync"),
                forEach(runtimes, new EngineRuntimePage.Accelerator("none")),
                forEach(runtimes, "x86_64"),
                forEach(runtimes, "normal"),
                forEach(runtimes, "base_image"));
    }

    private static <T> List<T> forEach(List<String> runtimes, T value) {
        return Collections.nCopies(runtimes.size(), value);
    }
}
