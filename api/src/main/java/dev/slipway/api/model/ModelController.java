package dev.slipway.api.model;

import dev.slipway.api.body.SentBody;
import dev.slipway.api.event.EventPages;
import dev.slipway.api.query.ListQuery;
import dev.slipway.domain.access.Caller;
import dev.slipway.domain.model.Deletion;
import dev.slipway.domain.model.Model;
import dev.slipway.domain.model.ModelCommands;
import dev.slipway.domain.model.ModelId;
import dev.slipway.domain.model.ModelStore;
import dev.slipway.formats.model.CreateModelReader;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Models. */
@RestController
@RequestMapping("/v1/{project_id}/models")
class ModelController {

    private final ModelCommands commands;
    private final ModelStore models;
    private final EventPages events;
    private final CreateModelReader creations;

    ModelController(ModelCommands commands, ModelStore models, EventPages events, CreateModelReader creations) {
        this.commands = commands;
        this.models = models;
        this.events = events;
        this.creations = creations;
    }

    @PostMapping
    Map<String, Object> create(Caller caller, SentBody body) {
        Model model = commands.create(caller, creations.read(body.bytes()));
        return Map.of("model_id", model.id().value());
    }

    @GetMapping
    Map<String, Object> list(Caller caller, ListQuery query) {
        ModelStore.ModelPage page = ModelQueries.models(query)
                .map(wanted -> models.list(caller.project(), wanted))
                .orElseGet(() -> new ModelStore.ModelPage(List.of(), 0));
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("total_count", page.total());
        body.put("count", page.models().size());
        body.put("models", page.models().stream().map(ModelBodies::item).toList());
        return body;
    }

    @GetMapping("/{model_id}")
    Map<String, Object> show(Caller caller, @PathVariable("model_id") String id) {
        return ModelBodies.show(commands.find(caller.project(), new ModelId(id)));
    }

    @DeleteMapping("/{model_id}")
    Map<String, Object> delete(Caller caller, @PathVariable("model_id") String id, ListQuery query) {
        Deletion deletion = commands.delete(caller.project(), new ModelId(id), query.flag("cascade"));
        Map<String, Object> body = new LinkedHashMap<>();
        body.put(
                "delete_success_list",
                deletion.deleted().stream().map(ModelId::value).toList());
        body.put(
                "delete_failed_list",
                deletion.refused().stream().map(ModelController::refused).toList());
        return body;
    }

    /** Ours: the documents name no such call. */
    @GetMapping("/{model_id}/events")
    Map<String, Object> events(Caller caller, @PathVariable("model_id") String id, ListQuery query) {
        Model model = commands.find(caller.project(), new ModelId(id));
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("model_id", model.id().value());
        body.put("model_name", model.spec().name());
        return events.addTo(body, model.id().value(), query);
    }

    private static Map<String, Object> refused(Deletion.Refused refused) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("model_id", refused.id().value());
        body.put("error_code", refused.because().code().code());
        body.put("error_msg", String.valueOf(refused.because().getMessage()));
        return body;
    }
}
