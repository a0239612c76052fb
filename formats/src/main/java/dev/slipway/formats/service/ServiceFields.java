package dev.slipway.formats.service;

import dev.slipway.domain.service.AutoStop;
import dev.slipway.domain.service.Wanted;
import dev.slipway.formats.json.JsonObjectReader;
import dev.slipway.formats.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Fields of a service that create and update have in common. */
final class ServiceFields {

    private ServiceFields() {}

    static @Nullable String descriptionOrNull(JsonObjectReader body) {
        return body.textOrNull(ServiceShapes.DESCRIPTION);
    }

    /** The empty text removes the description; null keeps it. */
    static @Nullable String changedDescriptionOrNull(JsonObjectReader body) {
        return body.valueOrNull("description") instanceof JsonValue.JsonText text
                        && text.value().isEmpty()
                ? ""
                : descriptionOrNull(body);
    }

    /** None or one; null if the field is absent. */
    static @Nullable List<AutoStop> scheduleOrNull(JsonObjectReader body) {
        if (body.structureOrNull(ServiceShapes.SCHEDULE.name()) == null) {
            return null;
        }
        List<AutoStop> schedule = new ArrayList<>();
        for (JsonValue value : body.array(ServiceShapes.SCHEDULE)) {
            JsonObjectReader entry = JsonObjectReader.of(value);
            entry.text(ServiceShapes.STOP_TYPE);
            ServiceShapes.StopUnit unit = ServiceShapes.StopUnit.valueOf(entry.text(ServiceShapes.StopUnit.field()));
            schedule.add(new AutoStop(unit.name(), entry.integer(unit.duration()), null));
            entry.refuseUnknownFields();
        }
        return schedule;
    }

    static void refuseWhatIsNotBuilt(JsonObjectReader body) {
        ServiceShapes.NOT_BUILT.forEach(body::notBuiltYet);
    }

    /** Whether to start or to stop; null for neither. */
    static @Nullable Wanted statusOrNull(JsonObjectReader body) {
        String status = body.textOrNull(ServiceShapes.STATUS);
        return status == null ? null : status.equals("running") ? Wanted.RUNNING : Wanted.STOPPED;
    }
}
