package dev.slipway.api.model;

import dev.slipway.api.body.Sent;
import dev.slipway.api.body.SentAs;
import dev.slipway.api.body.SentBody;
import dev.slipway.api.event.EventPages;
import dev.slipway.api.query.ListQuery;
import dev.slipway.api.query.QueryParameters;
import dev.slipway.domain.access.Caller;
import dev.slipway.domain.model.Deletion;
import dev.slipway.domain.model.Model;
import dev.slipway.domain.model.ModelCommands;
import dev.slipway.domain.model.ModelId;
import dev.slipway.domain.model.ModelSpec;
import dev.slipway.domain.model.ModelStore;
import dev.slipway.domain.model.ModelTransaction;
import dev.slipway.domain.service.ServiceCommands;
import dev.slipway.domain.service.ServiceId;
import dev.slipway.formats.json.JsonDocument;
import dev.slipway.formats.json.JsonObjectReader;
import dev.slipway.formats.json.JsonSource;
import dev.slipway.formats.model.BuildLogShown;
import dev.slipway.formats.model.CreateModelReader;
import dev.slipway.formats.model.ModelCreated;
import dev.slipway.formats.model.ModelEventList;
import dev.slipway.formats.model.ModelList;
import dev.slipway.formats.model.ModelShown;
import dev.slipway.formats.model.ModelsDeleted;
import dev.slipway.formats.model.UpdateModelReader;
import java.util.List;
import java.util.Map;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
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
    private final ServiceCommands followers;
    private final String gateway;

    /**
     * @param followers to tell services of aliases that were moved; a sweeper tells those that it misses
     * @param gateway scheme, host and port of predictions
     */
    ModelController(
            ModelCommands commands,
            ModelStore models,
            EventPages events,
            CreateModelReader creations,
            ServiceCommands followers,
            String gateway) {
        this.followers = followers;
        this.gateway = gateway;
        this.commands = commands;
        this.models = models;
        this.events = events;
        this.creations = creations;
    }

    @PostMapping
    ModelCreated create(Caller caller, @SentAs(Sent.MODEL) SentBody body) {
        Model model = commands.create(caller, spec(caller, body));
        return new ModelCreated(model.id().value());
    }

    private ModelSpec spec(Caller caller, SentBody body) {
        JsonObjectReader reader = JsonObjectReader.of(JsonDocument.read(JsonSource.requestBody(), body.bytes()));
        ModelId copied = CreateModelReader.copiedFrom(reader);
        if (copied == null) {
            return creations.read(body.bytes());
        }
        ModelSpec from = commands.find(caller.project(), copied).spec();
        String name = CreateModelReader.nameOf(reader);
        return creations.readCopy(
                reader, from, commands.nextVersion(caller.project(), name == null ? from.name() : name));
    }

    @GetMapping
    ModelList list(
            Caller caller,
            @QueryParameters({
                        "model_name",
                        "exact_match",
                        "model_version",
                        "model_status",
                        "model_type",
                        "not_model_type",
                        "description",
                        "workspace_id",
                        "sort_by",
                        "order",
                        "offset",
                        "limit"
                    })
                    ListQuery query) {
        ModelStore.ModelPage page = ModelQueries.models(query)
                .map(wanted -> models.list(caller.project(), wanted))
                .orElseGet(() -> new ModelStore.ModelPage(List.of(), 0));
        Map<ModelId, List<String>> aliases =
                models.aliases(page.models().stream().map(Model::id).toList());
        return new ModelList(
                page.total(),
                page.models().size(),
                page.models().stream()
                        .map(model -> ModelBodies.item(model, aliases.getOrDefault(model.id(), List.of())))
                        .toList());
    }

    @GetMapping("/{model_id}")
    ModelShown show(Caller caller, @PathVariable("model_id") String id) {
        return shown(commands.find(caller.project(), new ModelId(id)));
    }

    /** Ours: in the guide this is a button of the console. */
    @PutMapping("/{model_id}")
    ModelShown update(Caller caller, @PathVariable("model_id") String id, @SentAs(Sent.MODEL_CHANGE) SentBody body) {
        Model updated = commands.by(caller.origin())
                .update(caller.project(), new ModelId(id), UpdateModelReader.read(body.bytes()));
        return shown(updated);
    }

    /** Ours: ends an import. */
    @PostMapping("/{model_id}/cancel")
    ModelShown cancel(Caller caller, @PathVariable("model_id") String id) {
        return shown(commands.by(caller.origin()).cancel(caller.project(), new ModelId(id)));
    }

    /** Ours: a name for this version that services may name in place of its id. */
    @PutMapping("/{model_id}/aliases/{alias}")
    ModelShown moveAlias(Caller caller, @PathVariable("model_id") String id, @PathVariable("alias") String alias) {
        ModelId model = new ModelId(id);
        for (ModelTransaction.NamedBy service :
                commands.by(caller.origin()).moveAlias(caller.project(), model, alias)) {
            followers.by(caller.origin()).follow(new ServiceId(service.service()));
        }
        return shown(commands.find(caller.project(), model));
    }

    @DeleteMapping("/{model_id}/aliases/{alias}")
    ModelShown removeAlias(Caller caller, @PathVariable("model_id") String id, @PathVariable("alias") String alias) {
        ModelId model = new ModelId(id);
        commands.by(caller.origin()).removeAlias(caller.project(), model, alias);
        return shown(commands.find(caller.project(), model));
    }

    private ModelShown shown(Model model) {
        return ModelBodies.show(
                model, models.aliases(List.of(model.id())).getOrDefault(model.id(), List.of()), gateway);
    }

    @DeleteMapping("/{model_id}")
    ModelsDeleted delete(
            Caller caller, @PathVariable("model_id") String id, @QueryParameters("cascade") ListQuery query) {
        Deletion deletion =
                commands.by(caller.origin()).delete(caller.project(), new ModelId(id), query.flag("cascade"));
        return new ModelsDeleted(
                deletion.deleted().stream().map(ModelId::value).toList(),
                deletion.refused().stream().map(ModelController::refused).toList());
    }

    /** Ours: what pip printed when the environment of the model was built. */
    @GetMapping("/{model_id}/build-log")
    BuildLogShown buildLog(Caller caller, @PathVariable("model_id") String id) {
        Model model = commands.find(caller.project(), new ModelId(id));
        return new BuildLogShown(model.id().value(), models.buildLog(model.id()).orElse(""));
    }

    /** Ours: the guide has no such call. */
    @GetMapping("/{model_id}/events")
    ModelEventList events(
            Caller caller,
            @PathVariable("model_id") String id,
            @QueryParameters({
                        "event_type",
                        "event_info",
                        "start_time",
                        "end_time",
                        "sort_by",
                        "order",
                        "offset",
                        "limit"
                    })
                    ListQuery query) {
        Model model = commands.find(caller.project(), new ModelId(id));
        return new ModelEventList(
                model.id().value(), model.spec().name(), events.page(model.id().value(), query));
    }

    private static ModelsDeleted.Refused refused(Deletion.Refused refused) {
        return new ModelsDeleted.Refused(
                refused.id().value(),
                refused.because().code().code(),
                String.valueOf(refused.because().getMessage()));
    }
}
