package dev.slipway.formats.service;

import dev.slipway.domain.model.ModelId;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.domain.problem.NotFound;
import dev.slipway.domain.service.BatchEntry;
import dev.slipway.domain.service.EntryRequest;
import dev.slipway.domain.service.InferType;
import dev.slipway.domain.service.RollingLimits;
import dev.slipway.domain.storage.ObjectUri;
import dev.slipway.formats.batch.MappingRule;
import dev.slipway.formats.json.JsonObjectReader;
import dev.slipway.formats.json.JsonValue;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads one complete entry of {@code config}. */
final class EntryReader {

    private static final int MOST_INSTANCES = 128;
    private static final int DEFAULT_TIMEOUT = 20;
    private static final List<String> BATCH_FIELDS =
            List.of("src_path", "src_type", "dest_path", "req_uri", "mapping_type", "mapping_rule");

    private final String objectHost;

    EntryReader(String objectHost) {
        this.objectHost = objectHost;
    }

    /** @param poolOfService for an entry without a pool; null if the service has none either */
    EntryRequest read(JsonObjectReader entry, InferType type, @Nullable String poolOfService) {
        entry.asksLater("src_path", "src_type", "dest_path", "req_uri", "mapping_type", "mapping_rule");
        EntryRequest request = new EntryRequest(
                model(entry),
                entry.text("specification"),
                pool(entry, poolOfService),
                entry.integer("instance_count", 1, MOST_INSTANCES),
                weight(entry, type),
                envs(entry),
                entry.integerOr("deploy_timeout_in_seconds", DEFAULT_TIMEOUT, 3, 120),
                rolling(entry),
                type == InferType.BATCH ? batch(entry) : noBatch(entry),
                entry.object().toJson());
        entry.notBuiltYet("custom_spec");
        entry.notBuiltYet("affinity");
        entry.notBuiltYet("nodes");
        entry.refuseUnknownFields();
        return request;
    }

    private static ModelId model(JsonObjectReader entry) {
        String id = entry.text("model_id");
        try {
            return new ModelId(id);
        } catch (NotFound noSuchId) {
            throw new Invalid(
                    ErrorCode.MODEL_OF_SERVICE_UNKNOWN,
                    "%s: model '%s' does not exist".formatted(path(entry, "model_id"), id));
        }
    }

    private static @Nullable String pool(JsonObjectReader entry, @Nullable String poolOfService) {
        String cluster = entry.textOrNull("cluster_id");
        String name = entry.textOrNull("pool_name");
        String own = name == null ? cluster : name;
        return own == null ? poolOfService : own;
    }

    private static int weight(JsonObjectReader entry, InferType type) {
        if (type == InferType.REAL_TIME) {
            return entry.integer("weight", 0, 100);
        }
        return entry.integerOr("weight", 100, 100, 100);
    }

    private static Map<String, String> envs(JsonObjectReader entry) {
        Map<String, String> envs = entry.textMap("envs");
        for (Map.Entry<String, String> env : envs.entrySet()) {
            if (env.getKey().isEmpty() || env.getKey().contains("=")) {
                throw entry.problem(
                        "envs", "'%s' is no name of a variable, expected one without '='".formatted(env.getKey()));
            }
        }
        return envs;
    }

    private static RollingLimits rolling(JsonObjectReader entry) {
        JsonObjectReader properties = entry.objectOrNull("additional_properties");
        if (properties == null) {
            return RollingLimits.DEFAULT;
        }
        properties.notBuiltYet("log_volume");
        properties.notBuiltYet("persistent_volumes");
        double surge = decimal(properties, "max_surge", RollingLimits.DEFAULT.maxSurge());
        double unavailable = decimal(properties, "max_unavailable", RollingLimits.DEFAULT.maxUnavailable());
        if (surge <= 0) {
            throw properties.problem("max_surge", "expected a number above 0, found 0");
        }
        int grace = properties.integerOr(
                "termination_grace_period_seconds", RollingLimits.DEFAULT.terminationGraceSeconds(), 30, 300);
        properties.refuseUnknownFields();
        return new RollingLimits(surge, unavailable, grace);
    }

    private static double decimal(JsonObjectReader reader, String name, double fallback) {
        JsonValue value = reader.valueOrNull(name);
        BigDecimal number = null;
        if (value instanceof JsonValue.JsonNumber found) {
            number = found.decimal();
        } else if (value instanceof JsonValue.JsonText text && text.value().matches("[0-9]{1,9}([.][0-9]{1,9})?")) {
            number = new BigDecimal(text.value());
        } else if (value == null || value.isEmpty()) {
            return fallback;
        }
        if (number == null || number.signum() < 0 || number.compareTo(BigDecimal.valueOf(MOST_INSTANCES)) > 0) {
            throw reader.problem(
                    name, "expected a number from 0 to %d, found %s".formatted(MOST_INSTANCES, value.description()));
        }
        return number.doubleValue();
    }

    private static @Nullable BatchEntry noBatch(JsonObjectReader entry) {
        for (String field : BATCH_FIELDS) {
            JsonValue value = entry.valueOrNull(field);
            if (value != null && !value.isEmpty()) {
                throw entry.problem(field, "only a batch service has this field, leave it out");
            }
        }
        return null;
    }

    private BatchEntry batch(JsonObjectReader entry) {
        boolean namedManifest =
                entry.choiceOr("src_type", "", List.of("ManifestFile")).equals("ManifestFile");
        ObjectUri source = objectUri(entry, "src_path");
        boolean fromManifest = namedManifest || source.key().endsWith(".manifest");
        if (fromManifest && (source.key().isEmpty() || source.key().endsWith("/"))) {
            throw entry.problem("src_path", "src_type ManifestFile: expected a manifest, found the folder " + source);
        }
        ObjectUri from = fromManifest ? source : source.asFolder();
        ObjectUri destination = objectUri(entry, "dest_path").asFolder();
        if (!fromManifest && destination.isWithin(from)) {
            throw entry.problem(
                    "dest_path",
                    "'%s' is or lies below src_path '%s': results would be read as inputs, choose another folder"
                            .formatted(destination, from));
        }
        entry.text("mapping_type");
        BatchEntry.Mapping mapping =
                entry.choiceOr("mapping_type", "", List.of("file", "csv")).equals("csv")
                        ? BatchEntry.Mapping.CSV
                        : BatchEntry.Mapping.FILE;
        return new BatchEntry(from, fromManifest, destination, requestUri(entry), mapping, rule(entry, mapping));
    }

    private static String requestUri(JsonObjectReader entry) {
        String uri = entry.text("req_uri");
        if (!uri.startsWith("/")) {
            throw entry.problem("req_uri", "expected a path that begins with '/', found '%s'".formatted(uri));
        }
        return uri;
    }

    private static @Nullable String rule(JsonObjectReader entry, BatchEntry.Mapping mapping) {
        JsonValue sent = entry.valueOrNull("mapping_rule");
        boolean none = sent == null || sent.isEmpty();
        if (mapping == BatchEntry.Mapping.FILE) {
            if (!none) {
                throw entry.problem("mapping_rule", "mapping_type 'file' takes no rule, leave it out");
            }
            return null;
        }
        JsonValue rule = entry.structureOrNull("mapping_rule");
        if (none || rule == null) {
            throw entry.problem(
                    "mapping_rule",
                    "mapping_type 'csv' needs a rule: the JSON schema of the request with an index, the column from 0, on each value");
        }
        MappingRule.parse(rule);
        return rule.toJson();
    }

    private ObjectUri objectUri(JsonObjectReader entry, String field) {
        String text = entry.text(field);
        try {
            return ObjectUri.parse(text, objectHost);
        } catch (Invalid e) {
            throw new Invalid(e.code(), "%s: %s".formatted(path(entry, field), e.getMessage()));
        }
    }

    private static String path(JsonObjectReader entry, String field) {
        String path = entry.object().place().path();
        return path.isEmpty() ? field : path + "." + field;
    }
}
