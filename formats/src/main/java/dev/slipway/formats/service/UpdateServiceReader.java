package dev.slipway.formats.service;

import dev.slipway.domain.problem.Invalid;
import dev.slipway.domain.service.AliasUse;
import dev.slipway.domain.service.ConfigRequest;
import dev.slipway.domain.service.EntryRequest;
import dev.slipway.domain.service.ModelReference;
import dev.slipway.domain.service.Service;
import dev.slipway.domain.service.ServiceEntry;
import dev.slipway.domain.service.ServiceUpdate;
import dev.slipway.formats.field.Field;
import dev.slipway.formats.json.JsonDocument;
import dev.slipway.formats.json.JsonObjectReader;
import dev.slipway.formats.json.JsonSource;
import dev.slipway.formats.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the body of update-service (wire contract 3.7 and 16): absent fields change nothing, entries may be partial. */
public final class UpdateServiceReader {

    private final EntryReader entries;

    /** @param objectHost so that {@code https://bucket.<objectHost>/key} is an object */
    public UpdateServiceReader(String objectHost) {
        this.entries = new EntryReader(objectHost);
    }

    /** @throws Invalid PARAMETER with the field's path */
    public ServiceUpdate read(byte[] body) {
        return read(JsonDocument.read(JsonSource.requestBody(), body));
    }

    /** The same for a document that was already read. */
    public ServiceUpdate read(JsonValue value) {
        JsonObjectReader body = JsonObjectReader.of(value);
        ServiceExtras extras = ServiceExtras.readChange(body);
        ServiceUpdate update = new ServiceUpdate(
                configOrNull(body),
                ServiceFields.statusOrNull(body),
                ServiceFields.changedDescriptionOrNull(body),
                ServiceFields.scheduleOrNull(body),
                body.integerOrNull(ServiceShapes.PRIORITY),
                (type, before) -> extras.of(type).over(before));
        for (Field.Fixed field : ServiceShapes.FIXED) {
            if (body.has(field.name())) {
                throw body.problem(field.name(), "this cannot be changed once the service is made, leave it out");
            }
        }
        ServiceFields.refuseWhatIsNotBuilt(body);
        body.refuseUnknownFields();
        return update;
    }

    private @Nullable ConfigRequest configOrNull(JsonObjectReader body) {
        if (body.structureOrNull(ServiceShapes.CONFIG_CHANGES.name()) == null) {
            return null;
        }
        List<JsonObjectReader> sent = new ArrayList<>();
        for (JsonValue entry : body.array(ServiceShapes.CONFIG_CHANGES)) {
            sent.add(JsonObjectReader.of(entry));
        }
        return service -> against(service, body, sent);
    }

    private List<EntryRequest> against(Service service, JsonObjectReader body, List<JsonObjectReader> sent) {
        if (sent.stream().noneMatch(UpdateServiceReader::namesSomething)) {
            requireSameNumber(service, body, sent);
            return List.of();
        }
        String pool = ServiceExtras.parse(service.extras()).poolOrNull();
        List<EntryRequest> requests = new ArrayList<>();
        for (int i = 0; i < sent.size(); i++) {
            JsonObjectReader entry = sent.get(i);
            ServiceEntry kept = null;
            if (!entry.has(ServiceShapes.MODEL.name())) {
                requireSameNumber(service, body, sent);
                ServiceEntry before = service.shown().entries().get(i);
                entry = JsonObjectReader.of(filledUp(entry.object(), before));
                kept = before;
            } else {
                // A reader remembers which fields were read, so each pass over the entry needs its own.
                entry = JsonObjectReader.of(entry.object());
            }
            EntryRequest request = entries.read(entry, service.inferType(), pool);
            requests.add(kept == null ? request : keepingModel(request, kept));
        }
        return requests;
    }

    /** Unless the entry follows its alias, the model stays, also if the alias has been moved since. */
    private static EntryRequest keepingModel(EntryRequest request, ServiceEntry before) {
        AliasUse alias = request.model().alias();
        return alias == null || alias.follows()
                ? request
                : request.withModel(new ModelReference(before.model(), alias));
    }

    private static void requireSameNumber(Service service, JsonObjectReader body, List<JsonObjectReader> sent) {
        int now = service.shown().entries().size();
        if (sent.size() != now) {
            throw body.problem(
                    "config",
                    "entries without model_id change those that are there: expected %d of them, found %d"
                            .formatted(now, sent.size()));
        }
    }

    private static boolean namesSomething(JsonObjectReader entry) {
        return entry.object().fields().values().stream().anyMatch(value -> !(value instanceof JsonValue.JsonNull));
    }

    private static JsonValue filledUp(JsonValue.JsonObject sent, ServiceEntry before) {
        return JsonMerge.over(SentEntry.parse(before.asSent()), sent);
    }
}
