package dev.slipway.formats.service;

import dev.slipway.domain.model.ModelAlias;
import dev.slipway.domain.model.ModelId;
import dev.slipway.domain.route.HostHeaders;
import dev.slipway.domain.service.InferType;
import dev.slipway.formats.field.Field;
import dev.slipway.formats.field.Presence;
import dev.slipway.formats.field.Shape;
import dev.slipway.formats.field.TextRule;
import dev.slipway.formats.object.ObjectAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What requests for services may hold (wire contract 3.1 and 3.7). */
public final class ServiceShapes {

    private static final int MOST_INSTANCES = 128;
    /** Ten years in minutes, the longest auto-stop. */
    private static final int LONGEST_STOP = 5_256_000;

    static final Field.Text NAME = Field.Text.required("service_name").matching(ServiceRules.NAME);
    static final Field.Text INFER_TYPE = Field.Text.required("infer_type");
    static final Field.Text DESCRIPTION = Field.Text.optional("description").matching(ServiceRules.DESCRIPTION);
    static final Field.Whole PRIORITY = Field.Whole.optional("priority", 1, 3);
    static final Field.Text STATUS = Field.Text.optional("status").oneOf("running", "stopped");
    static final Field.Unused WORKSPACE = Field.Unused.of("workspace_id", "\"0\"", "0");
    static final Field.Text CLUSTER = Field.Text.optional("cluster_id");
    static final Field.Text POOL = Field.Text.optional("pool_name");
    static final Field.Unused BALANCING = Field.Unused.of("load_balancer_policy", "\"ROUND_ROBIN\"");
    static final List<Field.Unused> PROPERTIES_NOT_BUILT = List.of(
            Field.Unused.of("smn_notification"),
            Field.Unused.of("log_report_channels"),
            Field.Unused.of("websocket_upgrade", "false", "\"false\""));
    /** Ours: the headers of answers that concern the whole host and reach callers all the same. */
    static final Field.Texts RESPONSE_HEADERS = new Field.Texts("response_headers", HostHeaders.NAMES);

    static final Field.Structure PROPERTIES = Field.Structure.optional(
            "additional_properties",
            Shape.of(
                    "ServiceProperties",
                    Stream.concat(PROPERTIES_NOT_BUILT.stream(), Stream.of(RESPONSE_HEADERS))
                            .toArray(Field[]::new)));
    static final List<Field.Unused> NOT_BUILT = List.of(
            Field.Unused.of("vpc_id"),
            Field.Unused.of("subnet_network_id"),
            Field.Unused.of("security_group_id"),
            Field.Unused.of("service_secrets"),
            Field.Unused.of("tags"));

    static final Field.Text STOP_TYPE =
            Field.Text.required("type").matching(TextRule.of("[Ss][Tt][Oo][Pp]", "expected 'stop'"));
    static final Field.Array SCHEDULE =
            Field.Array.optional("schedule", 1, stop(StopUnit.DAYS), stop(StopUnit.HOURS), stop(StopUnit.MINUTES));
    /** Of a service that cannot stop by itself. */
    static final Field.Unused NO_SCHEDULE = Field.Unused.of("schedule", "\"[]\"");

    /** A unit of an auto-stop, by its name in requests. */
    enum StopUnit {
        DAYS(1440),
        HOURS(60),
        MINUTES(1);

        private final int minutes;

        StopUnit(int minutes) {
            this.minutes = minutes;
        }

        static Field.Text field() {
            return Field.Text.required("time_unit")
                    .oneOf(Arrays.stream(values()).map(Enum::name).toList());
        }

        Field.Whole duration() {
            return Field.Whole.required("duration", 1, LONGEST_STOP / minutes);
        }
    }

    private static Shape stop(StopUnit unit) {
        return Shape.of(
                "StopIn" + unit.name().charAt(0) + unit.name().substring(1).toLowerCase(Locale.ROOT),
                STOP_TYPE,
                StopUnit.field().oneOf(unit.name()),
                unit.duration());
    }

    static final Field.Text MODEL = Field.Text.required("model_id")
            .matching(TextRule.of(
                    "(?:%s)|(?:%s)".formatted(ModelId.PATTERN, ModelAlias.PATTERN),
                    "expected the id of a model, or an alias such as iris@champion"));
    /** Ours: what a move of the alias that is in {@code model_id} does. */
    static final Field.Text ALIAS_POLICY = Field.Text.optional("alias_policy").oneOf("stay", "follow");
    /** A batch job has ended before it could follow. */
    static final Field.Unused NO_ALIAS_POLICY = Field.Unused.of("alias_policy", "\"stay\"");

    static final Field.Text SPECIFICATION = Field.Text.required("specification");
    static final Field.Whole INSTANCES = Field.Whole.required("instance_count", 1, MOST_INSTANCES);
    static final Field.Whole WEIGHT = Field.Whole.required("weight", 0, 100);
    static final Field.Whole WEIGHT_OF_BATCH = Field.Whole.optional("weight", 100, 100);
    static final Field.TextMap ENVS =
            new Field.TextMap("envs", TextRule.of("[^=]+", "expected names of variables, not empty and without '='"));
    static final Field.Whole TIMEOUT = Field.Whole.optional("deploy_timeout_in_seconds", 3, 120);
    static final Field.Decimal SURGE = new Field.Decimal("max_surge", true, MOST_INSTANCES);
    static final Field.Decimal UNAVAILABLE = new Field.Decimal("max_unavailable", false, MOST_INSTANCES);
    static final Field.Whole GRACE = Field.Whole.optional("termination_grace_period_seconds", 30, 300);
    static final Field.Unused LOG_VOLUME = Field.Unused.of("log_volume");
    static final Field.Unused VOLUMES = Field.Unused.of("persistent_volumes");
    static final Field.Structure ROLLING = Field.Structure.optional(
            "additional_properties", Shape.of("EntryProperties", SURGE, UNAVAILABLE, GRACE, LOG_VOLUME, VOLUMES));
    static final List<Field.Unused> NOT_BUILT_IN_ENTRIES =
            List.of(Field.Unused.of("custom_spec"), Field.Unused.of("affinity"), Field.Unused.of("nodes"));

    static final Field.Text SOURCE = Field.Text.required("src_path").matching(ObjectAddress.RULE);
    static final Field.Text SOURCE_TYPE = Field.Text.optional("src_type").oneOf("ManifestFile");
    static final Field.Text DESTINATION = Field.Text.required("dest_path").matching(ObjectAddress.RULE);
    static final Field.Text REQUEST_URI =
            Field.Text.required("req_uri").matching(TextRule.of("/[\\s\\S]*", "expected a path that begins with '/'"));
    static final Field.Text MAPPING = Field.Text.required("mapping_type").oneOf("file", "csv");
    static final Field.Structure RULE = Field.Structure.required(
            "mapping_rule",
            Shape.of("MappingRule")
                    .open()
                    .orNeeding("properties")
                    .orNeeding("items")
                    .orNeeding("index"));
    static final Field.Unused NO_RULE = Field.Unused.of("mapping_rule");
    static final Field.Whole FAILED_RECORDS = Field.Whole.optional("failed_records", 0, Integer.MAX_VALUE);
    static final Field.Decimal FAILED_RATIO = new Field.Decimal("failed_ratio", false, 1);
    static final Field.Whole DEADLINE = Field.Whole.optional("deadline_in_minutes", 1, LONGEST_STOP);
    /** Ours: when a job is ended although records are left. */
    static final Field.Structure LIMITS =
            Field.Structure.optional("limits", Shape.of("JobLimits", FAILED_RECORDS, FAILED_RATIO, DEADLINE));
    /** The fields of batch services in an entry of a real-time service. */
    static final List<Field.Unused> NOT_BATCH = List.of(
            Field.Unused.of("src_path"),
            Field.Unused.of("src_type"),
            Field.Unused.of("dest_path"),
            Field.Unused.of("req_uri"),
            Field.Unused.of("mapping_type"),
            Field.Unused.of("mapping_rule"),
            Field.Unused.of("limits"));

    private static final Shape REAL_TIME_ENTRY =
            entry("RealTimeEntry", List.of(MODEL, SPECIFICATION, INSTANCES, WEIGHT, ALIAS_POLICY), NOT_BATCH);
    private static final Shape ROWS_ENTRY = batchEntry("BatchEntryOfRows", MAPPING.oneOf("csv"), RULE);
    private static final Shape FILES_ENTRY = batchEntry("BatchEntryOfFiles", MAPPING.oneOf("file"), NO_RULE);

    static final Field.Array CONFIG_OF_REAL_TIME =
            Field.Array.required("config", 1, Field.Array.ANY_NUMBER, REAL_TIME_ENTRY);
    static final Field.Array CONFIG_OF_BATCH =
            Field.Array.required("config", 1, Field.Array.ANY_NUMBER, ROWS_ENTRY, FILES_ENTRY);
    /** Without model_id an entry changes the one at its place. */
    static final Field.Array CONFIG_CHANGES = new Field.Array(
            "config",
            Presence.OPTIONAL,
            1,
            Field.Array.ANY_NUMBER,
            List.of(
                    entryChange("RealTimeEntryChange", WEIGHT.kept(), ALIAS_POLICY, NOT_BATCH),
                    entryChange(
                            "BatchEntryChange",
                            WEIGHT_OF_BATCH,
                            NO_ALIAS_POLICY,
                            List.of(
                                    SOURCE.kept(),
                                    SOURCE_TYPE,
                                    DESTINATION.kept(),
                                    REQUEST_URI.kept(),
                                    MAPPING.kept(),
                                    Field.Structure.optional(RULE.name(), RULE.shape()),
                                    LIMITS)),
                    REAL_TIME_ENTRY,
                    ROWS_ENTRY,
                    FILES_ENTRY));

    /** The body of a new service: of one of these. */
    public static final List<Shape> CREATIONS = List.of(
            creation("CreateRealTimeServiceRequest", InferType.REAL_TIME, SCHEDULE, CONFIG_OF_REAL_TIME),
            creation("CreateBatchServiceRequest", InferType.BATCH, NO_SCHEDULE, CONFIG_OF_BATCH));

    static final List<Field.Fixed> FIXED = List.of(
            new Field.Fixed(NAME.name()),
            new Field.Fixed(INFER_TYPE.name()),
            new Field.Fixed(WORKSPACE.name()),
            new Field.Fixed(POOL.name()),
            new Field.Fixed(CLUSTER.name()));

    /** The body of a change. */
    public static final Shape UPDATE = Shape.of(
            "UpdateServiceRequest",
            fields(
                    List.of(STATUS, DESCRIPTION, SCHEDULE, CONFIG_CHANGES, PROPERTIES, BALANCING, PRIORITY),
                    FIXED,
                    NOT_BUILT));

    private ServiceShapes() {}

    private static Shape creation(String name, InferType type, Field schedule, Field config) {
        return Shape.of(
                name,
                fields(
                        List.of(
                                NAME,
                                INFER_TYPE.oneOf(type.wireName()),
                                config,
                                DESCRIPTION,
                                PRIORITY,
                                WORKSPACE,
                                CLUSTER,
                                POOL,
                                schedule,
                                BALANCING,
                                PROPERTIES),
                        NOT_BUILT));
    }

    private static Shape batchEntry(String name, Field mapping, Field rule) {
        return entry(
                name,
                List.of(MODEL, SPECIFICATION, INSTANCES, WEIGHT_OF_BATCH, NO_ALIAS_POLICY),
                List.of(SOURCE, SOURCE_TYPE, DESTINATION, REQUEST_URI, mapping, rule, LIMITS));
    }

    private static Shape entryChange(String name, Field weight, Field aliasPolicy, List<? extends Field> last) {
        return entry(
                name,
                List.of(new Field.Fixed(MODEL.name()), SPECIFICATION.kept(), INSTANCES.kept(), weight, aliasPolicy),
                last);
    }

    private static Shape entry(String name, List<? extends Field> first, List<? extends Field> last) {
        return Shape.of(
                name, fields(first, List.of(CLUSTER, POOL, ENVS, TIMEOUT, ROLLING), last, NOT_BUILT_IN_ENTRIES));
    }

    @SafeVarargs
    private static Field[] fields(List<? extends Field>... parts) {
        List<Field> all = new ArrayList<>();
        for (List<? extends Field> part : parts) {
            all.addAll(part);
        }
        return all.toArray(new Field[0]);
    }
}
