package dev.slipway.api.model;

import dev.slipway.api.query.ListQuery;
import dev.slipway.domain.access.Caller;
import dev.slipway.domain.model.ModelType;
import dev.slipway.formats.model.Runtimes;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Engines and templates (wire contract 2.6 and 2.7): the fixed segments beside the ids of models. */
@RestController
@RequestMapping("/v1/{project_id}/models")
class EngineController {

    @GetMapping("/ai-engine-runtimes")
    Map<String, Object> engines(Caller caller, ListQuery query) {
        List<Map<String, Object>> all = Arrays.stream(ModelType.values())
                .filter(ModelType::isBuilt)
                .map(EngineController::engine)
                .toList();
        return query.page("engine_runtimes", all);
    }

    /** There are none yet; asked again with an offset the answer stays empty. */
    @GetMapping("/template")
    Map<String, Object> templates(Caller caller, ListQuery query) {
        return query.page("templates", List.of());
    }

    private static Map<String, Object> engine(ModelType type) {
        List<String> runtimes = type == ModelType.CUSTOM ? List.of() : Runtimes.PYTHON;
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("ai_engine", type.wireName());
        body.put("runtimes", runtimes);
        body.put("request_mode", runtimes.stream().map(each -> "sync").toList());
        body.put(
                "accelerators",
                runtimes.stream().map(each -> Map.of("type", "none")).toList());
        body.put("arch", runtimes.stream().map(each -> "x86_64").toList());
        body.put("status_list", runtimes.stream().map(each -> "normal").toList());
        body.put("image_source", runtimes.stream().map(each -> "base_image").toList());
        return body;
    }
}
