package dev.slipway.formats.service;

import dev.slipway.domain.batch.TaskFolders;
import dev.slipway.domain.model.ModelAlias;
import dev.slipway.domain.model.ModelId;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.domain.problem.NotFound;
import dev.slipway.domain.service.AliasUse;
import dev.slipway.domain.service.BatchEntry;
import dev.slipway.domain.service.EntryRequest;
import dev.slipway.domain.service.InferType;
import dev.slipway.domain.service.JobLimits;
import dev.slipway.domain.service.ModelReference;
import dev.slipway.domain.service.RollingLimits;
import dev.slipway.domain.storage.ObjectUri;
import dev.slipway.formats.batch.MappingRule;
import dev.slipway.formats.field.Field;
import dev.slipway.formats.json.JsonObjectReader;
import dev.slipway.formats.json.JsonValue;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Reads one complete entry of {@code config}. */
final class EntryReader {

    private static final int DEFAULT_TIMEOUT = 20;

    private final String objectHost;

    EntryReader(String objectHost) {
        this.objectHost = objectHost;
    }

    /** @param poolOfService for an entry without a pool; null if the service has none either */
    EntryRequest read(JsonObjectReader entry, InferType type, @Nullable String poolOfService) {
        entry.asksLater(ServiceShapes.NOT_BATCH.stream().map(Field::name).toArray(String[]::new));
        EntryRequest request = new EntryRequest(
                model(entry, type),
                entry.text(ServiceShapes.SPECIFICATION),
                pool(entry, poolOfService),
                entry.integer(ServiceShapes.INSTANCES),
                weight(entry, type),
                entry.textMap(ServiceShapes.ENVS),
                entry.integerOr(ServiceShapes.TIMEOUT, DEFAULT_TIMEOUT),
                rolling(entry),
                type == InferType.BATCH ? batch(entry) : noBatch(entry),
                entry.object().toJson());
        ServiceShapes.NOT_BUILT_IN_ENTRIES.forEach(entry::notBuiltYet);
        entry.refuseUnknownFields();
        return request;
    }

    private static ModelReference model(JsonObjectReader entry, InferType type) {
        String id = entry.text(ServiceShapes.MODEL.name());
        boolean follows = follows(entry, type);
        if (ModelAlias.isMeant(id)) {
            try {
                return ModelReference.of(new AliasUse(ModelAlias.parse(id), follows));
            } catch (Invalid malformed) {
                throw entry.problem(ServiceShapes.MODEL.name(), String.valueOf(malformed.getMessage()));
            }
        }
        if (follows) {
            throw entry.problem(
                    ServiceShapes.ALIAS_POLICY.name(),
                    "only an alias can be followed, such as iris@champion: '%s' is the id of a version".formatted(id));
        }
        try {
            return ModelReference.of(new ModelId(id));
        } catch (NotFound noSuchId) {
            throw new Invalid(
                    ErrorCode.MODEL_OF_SERVICE_UNKNOWN,
                    "%s: model '%s' does not exist".formatted(path(entry, "model_id"), id));
        }
    }

    private static boolean follows(JsonObjectReader entry, InferType type) {
        if (type == InferType.REAL_TIME) {
            return "follow".equals(entry.textOrNull(ServiceShapes.ALIAS_POLICY));
        }
        if (entry.usedOrNull(ServiceShapes.NO_ALIAS_POLICY) != null) {
            throw entry.problem(
                    ServiceShapes.NO_ALIAS_POLICY.name(),
                    "only a real-time service follows an alias: a batch job takes the version that the alias names when it is asked for");
        }
        return false;
    }

    private static @Nullable String pool(JsonObjectReader entry, @Nullable String poolOfService) {
        String cluster = entry.textOrNull(ServiceShapes.CLUSTER);
        String name = entry.textOrNull(ServiceShapes.POOL);
        String own = name == null ? cluster : name;
        return own == null ? poolOfService : own;
    }

    private static int weight(JsonObjectReader entry, InferType type) {
        if (type == InferType.REAL_TIME) {
            return entry.integer(ServiceShapes.WEIGHT);
        }
        return entry.integerOr(ServiceShapes.WEIGHT_OF_BATCH, 100);
    }

    private static RollingLimits rolling(JsonObjectReader entry) {
        JsonObjectReader properties = entry.objectOrNull(ServiceShapes.ROLLING);
        if (properties == null) {
            return RollingLimits.DEFAULT;
        }
        properties.notBuiltYet(ServiceShapes.LOG_VOLUME);
        properties.notBuiltYet(ServiceShapes.VOLUMES);
        double surge = properties.decimalOr(ServiceShapes.SURGE, RollingLimits.DEFAULT.maxSurge());
        double unavailable = properties.decimalOr(ServiceShapes.UNAVAILABLE, RollingLimits.DEFAULT.maxUnavailable());
        int grace = properties.integerOr(ServiceShapes.GRACE, RollingLimits.DEFAULT.terminationGraceSeconds());
        properties.refuseUnknownFields();
        return new RollingLimits(surge, unavailable, grace);
    }

    private static @Nullable BatchEntry noBatch(JsonObjectReader entry) {
        for (Field.Unused field : ServiceShapes.NOT_BATCH) {
            if (entry.usedOrNull(field) != null) {
                throw entry.problem(field.name(), "only a batch service has this field, leave it out");
            }
        }
        return null;
    }

    private BatchEntry batch(JsonObjectReader entry) {
        boolean namedManifest = entry.textOrNull(ServiceShapes.SOURCE_TYPE) != null;
        ObjectUri source = objectUri(entry, ServiceShapes.SOURCE);
        boolean fromManifest = namedManifest || source.key().endsWith(".manifest");
        if (fromManifest && (source.key().isEmpty() || source.key().endsWith("/"))) {
            throw entry.problem("src_path", "src_type ManifestFile: expected a manifest, found the folder " + source);
        }
        ObjectUri from = fromManifest ? source : source.asFolder();
        ObjectUri destination = objectUri(entry, ServiceShapes.DESTINATION).asFolder();
        if (!TaskFolders.leavesRoomIn(destination)) {
            throw entry.problem("dest_path", TaskFolders.tooLong(destination));
        }
        if (!fromManifest && destination.isWithin(from)) {
            throw entry.problem(
                    "dest_path",
                    "'%s' is or lies below src_path '%s': results would be read as inputs, choose another folder"
                            .formatted(destination, from));
        }
        BatchEntry.Mapping mapping =
                entry.text(ServiceShapes.MAPPING).equals("csv") ? BatchEntry.Mapping.CSV : BatchEntry.Mapping.FILE;
        return new BatchEntry(
                from,
                fromManifest,
                destination,
                entry.text(ServiceShapes.REQUEST_URI),
                mapping,
                rule(entry, mapping),
                limits(entry));
    }

    private static @Nullable JobLimits limits(JsonObjectReader entry) {
        JsonObjectReader sent = entry.objectOrNull(ServiceShapes.LIMITS);
        if (sent == null) {
            return null;
        }
        Integer failed = sent.integerOrNull(ServiceShapes.FAILED_RECORDS);
        double ratio = sent.decimalOr(ServiceShapes.FAILED_RATIO, JobLimits.NONE.failedRatio());
        Integer deadline = sent.integerOrNull(ServiceShapes.DEADLINE);
        sent.refuseUnknownFields();
        JobLimits limits = new JobLimits(
                failed == null ? null : Long.valueOf(failed),
                ratio,
                deadline == null ? null : Duration.ofMinutes(deadline));
        return limits.isEmpty() ? null : limits;
    }

    private static @Nullable String rule(JsonObjectReader entry, BatchEntry.Mapping mapping) {
        boolean none = entry.usedOrNull(ServiceShapes.NO_RULE) == null;
        if (mapping == BatchEntry.Mapping.FILE) {
            if (!none) {
                throw entry.problem("mapping_rule", "mapping_type 'file' takes no rule, leave it out");
            }
            return null;
        }
        JsonValue rule = entry.structureOrNull(ServiceShapes.RULE.name());
        if (none || rule == null) {
            throw entry.problem(
                    "mapping_rule",
                    "mapping_type 'csv' needs a rule: the JSON schema of the request with an index, the column from 0, on each value");
        }
        MappingRule.parse(rule);
        return rule.toJson();
    }

    private ObjectUri objectUri(JsonObjectReader entry, Field.Text field) {
        String text = entry.text(field.name());
        try {
            return ObjectUri.parse(text, objectHost);
        } catch (Invalid e) {
            throw new Invalid(e.code(), "%s: %s".formatted(path(entry, field.name()), e.getMessage()));
        }
    }

    private static String path(JsonObjectReader entry, String field) {
        String path = entry.object().place().path();
        return path.isEmpty() ? field : path + "." + field;
    }
}
