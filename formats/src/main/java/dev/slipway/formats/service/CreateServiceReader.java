package dev.slipway.formats.service;

import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.domain.service.AutoStop;
import dev.slipway.domain.service.EntryRequest;
import dev.slipway.domain.service.InferType;
import dev.slipway.domain.service.ServiceCreation;
import dev.slipway.formats.field.Field;
import dev.slipway.formats.json.JsonDocument;
import dev.slipway.formats.json.JsonObjectReader;
import dev.slipway.formats.json.JsonSource;
import dev.slipway.formats.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the body of create-service (wire contract 3.1). */
public final class CreateServiceReader {

    private final EntryReader entries;

    /** @param objectHost so that {@code https://bucket.<objectHost>/key} is an object */
    public CreateServiceReader(String objectHost) {
        this.entries = new EntryReader(objectHost);
    }

    /** @throws Invalid PARAMETER with the field's path, SERVICE_TYPE_NOT_ENABLED, SOURCE_LOCATION */
    public ServiceCreation read(byte[] body) {
        return read(JsonObjectReader.of(JsonDocument.read(JsonSource.requestBody(), body)));
    }

    /** The same for an object whose reader has read further fields. */
    public ServiceCreation read(JsonObjectReader body) {
        String name = body.text(ServiceShapes.NAME);
        InferType type = inferType(body);
        body.notBuiltYet(ServiceShapes.WORKSPACE);
        ServiceExtras extras = ServiceExtras.read(body).of(type);
        ServiceCreation creation = new ServiceCreation(
                name,
                ServiceFields.descriptionOrNull(body),
                type,
                "0",
                body.integerOr(ServiceShapes.PRIORITY, ServiceCreation.DEFAULT_PRIORITY),
                extras.toJson(),
                entries(body, type, extras),
                schedule(body, type));
        ServiceFields.refuseWhatIsNotBuilt(body);
        body.refuseUnknownFields();
        return creation;
    }

    private static InferType inferType(JsonObjectReader body) {
        String name = body.text(ServiceShapes.INFER_TYPE);
        if (name.equals("edge")) {
            throw new Invalid(
                    ErrorCode.SERVICE_TYPE_NOT_ENABLED,
                    "infer_type: 'edge' is not enabled here, expected 'real-time' or 'batch'");
        }
        return InferType.ofWireName(name)
                .orElseThrow(() -> body.problem(
                        "infer_type", "expected 'real-time' or 'batch', found '%s'".formatted(shortened(name))));
    }

    private List<EntryRequest> entries(JsonObjectReader body, InferType type, ServiceExtras extras) {
        Field.Array config =
                type == InferType.BATCH ? ServiceShapes.CONFIG_OF_BATCH : ServiceShapes.CONFIG_OF_REAL_TIME;
        List<EntryRequest> requests = new ArrayList<>();
        for (JsonValue entry : body.array(config)) {
            requests.add(entries.read(JsonObjectReader.of(entry), type, extras.poolOrNull()));
        }
        return requests;
    }

    private static @Nullable AutoStop schedule(JsonObjectReader body, InferType type) {
        if (type == InferType.BATCH) {
            if (body.usedOrNull(ServiceShapes.NO_SCHEDULE) != null) {
                throw body.problem("schedule", "only a real-time service can stop by itself, leave it out");
            }
            return null;
        }
        List<AutoStop> schedule = ServiceFields.scheduleOrNull(body);
        return schedule == null || schedule.isEmpty() ? null : schedule.getFirst();
    }

    private static String shortened(String text) {
        return text.length() <= 80 ? text : text.substring(0, 79) + "…";
    }
}
