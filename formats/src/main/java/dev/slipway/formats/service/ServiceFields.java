package dev.slipway.formats.service;

import dev.slipway.domain.service.AutoStop;
import dev.slipway.domain.service.ServiceCreation;
import dev.slipway.domain.service.Wanted;
import dev.slipway.formats.json.JsonObjectReader;
import dev.slipway.formats.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Fields of a service that create and update have in common. */
final class ServiceFields {

    /** Ten years in minutes, the longest auto-stop. */
    private static final int LONGEST = 5_256_000;

    private ServiceFields() {}

    static @Nullable String descriptionOrNull(JsonObjectReader body) {
        String description = body.textOrNull("description");
        if (description != null && !ServiceCreation.isDescription(description)) {
            throw body.problem(
                    "description",
                    "%s, found %d characters: '%s'"
                            .formatted(
                                    ServiceCreation.DESCRIPTION_RULE,
                                    description.length(),
                                    description.substring(0, Math.min(80, description.length()))));
        }
        return description;
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
        if (body.structureOrNull("schedule") == null) {
            return null;
        }
        List<JsonValue> sent = body.array("schedule");
        if (sent.size() > 1) {
            throw body.problem("schedule", "expected at most one entry, found %d".formatted(sent.size()));
        }
        List<AutoStop> schedule = new ArrayList<>();
        for (JsonValue value : sent) {
            JsonObjectReader entry = JsonObjectReader.of(value);
            if (!entry.text("type").toLowerCase(Locale.ROOT).equals("stop")) {
                throw entry.problem("type", "expected 'stop', found '%s'".formatted(entry.text("type")));
            }
            entry.text("time_unit");
            String unit = entry.choiceOr("time_unit", "", List.of("DAYS", "HOURS", "MINUTES"));
            int minutes = unit.equals("DAYS") ? 1440 : unit.equals("HOURS") ? 60 : 1;
            schedule.add(new AutoStop(unit, entry.integer("duration", 1, LONGEST / minutes), null));
            entry.refuseUnknownFields();
        }
        return schedule;
    }

    static void refuseWhatIsNotBuilt(JsonObjectReader body) {
        body.notBuiltYet("vpc_id");
        body.notBuiltYet("subnet_network_id");
        body.notBuiltYet("security_group_id");
        body.notBuiltYet("service_secrets");
        body.notBuiltYet("tags");
    }

    /** Whether to start or to stop; null for neither. */
    static @Nullable Wanted statusOrNull(JsonObjectReader body) {
        return switch (body.choiceOr("status", "", List.of("running", "stopped"))) {
            case "running" -> Wanted.RUNNING;
            case "stopped" -> Wanted.STOPPED;
            default -> null;
        };
    }
}
