package dev.slipway.formats.model;

import dev.slipway.domain.model.Dependency;
import dev.slipway.domain.model.Engines;
import dev.slipway.domain.model.InferenceMode;
import dev.slipway.domain.model.ModelId;
import dev.slipway.domain.model.ModelSpec;
import dev.slipway.domain.model.ModelTemplate;
import dev.slipway.domain.model.ModelType;
import dev.slipway.formats.field.Field;
import dev.slipway.formats.field.Shape;
import dev.slipway.formats.field.TextRule;
import dev.slipway.formats.object.ObjectAddress;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** What a request for an import may hold (wire contract 2.1). */
public final class ModelShapes {

    static final Field.Text NAME =
            Field.Text.required("model_name").matching(TextRule.of(ModelSpec.NAME_PATTERN, ModelSpec.NAME_RULE));
    /** 0.0.1 if there is none, or the next one of a copied model. */
    static final Field.Text VERSION = Field.Text.optional("model_version")
            .matching(TextRule.of(ModelSpec.VERSION_PATTERN, ModelSpec.VERSION_RULE));

    static final Field.Text TYPE = Field.Text.required("model_type").oneOf(Engines.names());
    static final Field.Text SOURCE = Field.Text.required("source_location").matching(ObjectAddress.RULE);
    /** Where the package comes from, for people: {@code auto} for one that automatic learning has made. */
    static final Field.Text SOURCE_TYPE = Field.Text.optional("source_type").oneOf("auto");

    static final Field.Unused NO_TEMPLATE = Field.Unused.of("template", "\"{}\"", "\"[]\"");
    static final Field.Text OF_TEMPLATE = Field.Text.required("model_type").oneOf(ModelType.TEMPLATE.wireName());
    static final Field.Text TEMPLATE_ID = Field.Text.required("template_id")
            .oneOf(Arrays.stream(ModelTemplate.values())
                    .filter(template -> template.standing() != ModelTemplate.Standing.REFUSED)
                    .flatMap(template -> Stream.of(template.id(), template.guideName()))
                    .toList());
    static final Field.Text INPUT_FOLDER = Field.Text.required("input").matching(ObjectAddress.RULE);
    static final Field.Text INPUT_ID = Field.Text.required("input_id").oneOf("model_folder");
    static final Field.Array TEMPLATE_INPUTS =
            Field.Array.required("template_inputs", 1, 1, Shape.of("ModelTemplateInput", INPUT_FOLDER, INPUT_ID));
    static final Field.Text INFER_FORMAT = Field.Text.optional("infer_format")
            .oneOf(Arrays.stream(InferenceMode.values())
                    .flatMap(mode -> Stream.of(mode.id(), mode.guideName()))
                    .toList());
    static final Field.Structure TEMPLATE = Field.Structure.required(
            "template", Shape.of("ModelTemplateUse", TEMPLATE_ID, TEMPLATE_INPUTS, INFER_FORMAT));
    /** What a template says itself. */
    static final List<Field.Unused> NOT_OF_TEMPLATES = List.of(
            Field.Unused.of("source_location"),
            Field.Unused.of("execution_code"),
            Field.Unused.of("runtime"),
            Field.Unused.of("initial_config", "\"{}\""),
            Field.Unused.of("apis", "\"[]\""),
            Field.Unused.of("dependencies", "\"[]\""));

    static final Field.Text DESCRIPTION = Field.Text.optional("description")
            .matching(TextRule.of(ModelSpec.DESCRIPTION_PATTERN, ModelSpec.DESCRIPTION_RULE));
    static final Field.Text CODE = Field.Text.optional("execution_code")
            .matching(TextRule.of(
                    "(?:%s)(?<=/customize_service[.]py)".formatted(ObjectAddress.RULE.pattern()),
                    "expected an object customize_service.py"));
    static final Field.Text RUNTIME = Field.Text.optional("runtime").matching(Runtimes.RULE);
    static final Field.Structure CONFIG = Field.Structure.optional("initial_config", Shape.anyObject());
    static final Field.Text JOB = Field.Text.optional("source_job_id");
    static final Field.Text JOB_VERSION = Field.Text.optional("source_job_version");
    static final Field.Text ALGORITHM = Field.Text.optional("model_algorithm");
    static final Field.Structure METRICS = Field.Structure.optional("model_metrics", Shape.anyObject());
    static final Field.Texts INSTALL_TYPES = new Field.Texts("install_type", ModelSpec.INSTALL_TYPES);
    static final Field.Text TRIAL_POOL = Field.Text.optional("pool");
    static final Field.Text TRIAL_SPECIFICATION = Field.Text.optional("specification");
    static final Field.TextMap TRIAL_ENVS =
            new Field.TextMap("envs", TextRule.of("[^=]+", "expected names of variables, not empty and without '='"));
    static final Field.Text PREDICTION_URL =
            Field.Text.optional("url").matching(TextRule.of("/[\\s\\S]*", "expected a path that begins with '/'"));
    static final Field.Anything PREDICTION_BODY = new Field.Anything("body");
    static final Field.Text PREDICTION_FILE = Field.Text.optional("file")
            .matching(TextRule.of("[^/][\\s\\S]*", "expected the path of a file below the folder 'model'"));
    static final Field.Anything PREDICTION_ANSWER = new Field.Anything("expected");
    static final Field.Decimal PREDICTION_TOLERANCE = new Field.Decimal("tolerance", false, 1);
    static final Field.Structure PREDICTION = Field.Structure.optional(
            "prediction",
            Shape.of(
                    "ModelTrialPrediction",
                    PREDICTION_URL,
                    PREDICTION_BODY,
                    PREDICTION_FILE,
                    PREDICTION_ANSWER,
                    PREDICTION_TOLERANCE));
    static final Field.Structure TRIAL = Field.Structure.optional(
            "trial", Shape.of("ModelTrial", TRIAL_POOL, TRIAL_SPECIFICATION, TRIAL_ENVS, PREDICTION));
    static final Field.Text OF_IMAGE = Field.Text.required("model_type").oneOf(ModelType.IMAGE.wireName());
    /** A reference, or an OCI layout in object storage; the reader says more. */
    static final Field.Text REFERENCE = Field.Text.required("source_location")
            .matching(
                    TextRule.of(
                            "(?:%s)|[^\\s/@]+/[a-z0-9._/-]+(?::[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?(?:@sha256:[0-9a-f]{64})?"
                                    .formatted(ObjectAddress.RULE.pattern()),
                            "expected <registry>/<name>:<tag>, <registry>/<name>@sha256:<64 digits>, or the address of an OCI layout in object storage"));

    static final Field.Text COMMAND = Field.Text.optional("cmd");
    static final Field.Text IS_COPIED = Field.Text.optional("source_copy").oneOf("true", "false");
    static final Field.Unused NO_COMMAND = Field.Unused.of("cmd");
    static final List<Field.Unused> NOT_OF_IMAGES = List.of(
            Field.Unused.of("execution_code"),
            Field.Unused.of("runtime"),
            Field.Unused.of("dependencies", "\"[]\""),
            Field.Unused.of("template", "\"{}\"", "\"[]\""));
    static final Field.Unused SOURCE_COPY = Field.Unused.of("source_copy", "\"true\"", "true");
    static final Field.Text COPY_FROM =
            Field.Text.required("copy_from").matching(TextRule.of(ModelId.PATTERN, "expected the id of a model"));
    static final Field.Unused REQUEST_MODE = Field.Unused.of("request_mode", "\"sync\"", "[\"sync\"]");
    static final Field.Unused ENCRYPTION = Field.Unused.of("encryption", "false", "\"false\"", "{}");
    static final Field.Unused SUBSCRIPTION = Field.Unused.of("subscription_id");
    static final Field.Truth IS_FETCHED = new Field.Truth("dynamic_loading");

    static final Field.Unused NOT_FETCHED = Field.Unused.of("dynamic_loading", "false", "\"false\"");
    static final Field.Unused MARKET = Field.Unused.of("market_flag", "false", "\"false\"");
    static final Field.Unused WORKSPACE = Field.Unused.of("workspace_id", "\"0\"", "0");

    static final Field.Text URL = Field.Text.optional("url").oneOf("/");
    static final Field.Text METHOD = Field.Text.optional("method")
            .matching(TextRule.of("[Pp][Oo][Ss][Tt]", "expected POST, by which alone a model is called"));
    static final Field.Text PROTOCOL = Field.Text.optional("protocol").oneOf("http", "https");
    static final Field.Text CONTENT_TYPE = Field.Text.optional("Content-type").matching(MediaTypes.RULE);
    static final Field.Structure DATA = Field.Structure.optional("data", Shape.anyObject());
    private static final Shape MESSAGE =
            Shape.of("ApiMessage", CONTENT_TYPE, DATA).open();
    static final Field.Structure REQUEST = Field.Structure.optional("request", MESSAGE);
    static final Field.Structure RESPONSE = Field.Structure.optional("response", MESSAGE);
    static final Field.Structure INPUT = Field.Structure.optional("input_params", Shape.anyObject());
    static final Field.Structure OUTPUT = Field.Structure.optional("output_params", Shape.anyObject());
    static final Field.Array APIS = Field.Array.optional(
            "apis",
            100,
            Shape.of("ModelApi", URL, METHOD, PROTOCOL, REQUEST, RESPONSE, INPUT, OUTPUT)
                    .open());

    static final Field.Text PARAMETER_NAME =
            Field.Text.required("param_name").matching(TextRule.of("[\\s\\S]{1,64}", "expected at most 64 characters"));
    static final Field.Text PARAMETER_URL = Field.Text.required("url");
    static final Field.Text PARAMETER_METHOD = Field.Text.required("method");
    static final Field.Text PARAMETER_PROTOCOL = Field.Text.required("protocol");
    static final Field.Text PARAMETER_TYPE = Field.Text.required("param_type");
    static final Field.Anything PARAMETER_LEAST = new Field.Anything("min");
    static final Field.Anything PARAMETER_MOST = new Field.Anything("max");
    static final Field.Anything PARAMETER_DESCRIPTION = new Field.Anything("param_desc");
    private static final Shape PARAMETER = Shape.of(
            "ModelParameter",
            PARAMETER_NAME,
            PARAMETER_URL,
            PARAMETER_METHOD,
            PARAMETER_PROTOCOL,
            PARAMETER_TYPE,
            PARAMETER_LEAST,
            PARAMETER_MOST,
            PARAMETER_DESCRIPTION);
    static final Field.Array INPUTS = Field.Array.optional("input_params", Field.Array.ANY_NUMBER, PARAMETER);
    static final Field.Array OUTPUTS = Field.Array.optional("output_params", Field.Array.ANY_NUMBER, PARAMETER);

    static final Field.Text DOCUMENT_NAME = Field.Text.required("doc_name")
            .matching(TextRule.of(
                    "[A-Za-z\\u4e00-\\u9fff][^\\r\\n]{0,47}",
                    "expected 1 to 48 characters, the first a letter or a Chinese character"));
    static final Field.Text DOCUMENT_URL = Field.Text.required("doc_url")
            .matching(TextRule.of(
                    "https?://[^ \\t\\r\\n\\f\\x0b]+", "expected an address that begins with http:// or https://"));
    static final Field.Array DOCUMENTS =
            Field.Array.optional("model_docs", 3, Shape.of("ModelDocument", DOCUMENT_NAME, DOCUMENT_URL));

    static final Field.Text INSTALLER = Field.Text.required("installer").oneOf("pip");
    static final Field.Text PACKAGE_NAME =
            Field.Text.required("package_name").matching(TextRule.of(Dependency.NAME_PATTERN, Dependency.NAME_RULE));
    static final Field.Text PACKAGE_VERSION = Field.Text.optional("package_version")
            .matching(TextRule.of(Dependency.VERSION_PATTERN, Dependency.VERSION_RULE));
    static final Field.Text RESTRAINT = Field.Text.optional("restraint").oneOf("EXACT", "ATLEAST", "ATMOST");
    static final Field.Array PACKAGES = Field.Array.optional(
            "packages",
            Field.Array.ANY_NUMBER,
            Shape.of("ModelPackage", PACKAGE_NAME, PACKAGE_VERSION, RESTRAINT).open());

    static final Field.Array DEPENDENCIES = Field.Array.optional(
            "dependencies",
            Field.Array.ANY_NUMBER,
            Shape.of("ModelDependency", INSTALLER, PACKAGES).open());

    /** What may be said of a model, whatever it is made from. */
    private static final List<Field> OF_ANY = List.of(
            DESCRIPTION,
            ALGORITHM,
            METRICS,
            INPUTS,
            OUTPUTS,
            INSTALL_TYPES,
            DOCUMENTS,
            TRIAL,
            SOURCE_TYPE,
            JOB,
            JOB_VERSION);

    private static final List<Field> OF_PACKAGES = List.of(CODE, RUNTIME, CONFIG, APIS, DEPENDENCIES, IS_FETCHED);

    private static final List<Field> WITHOUT_EFFECT =
            List.of(REQUEST_MODE, ENCRYPTION, SUBSCRIPTION, MARKET, WORKSPACE);

    /** The body. */
    public static final Shape CREATION = Shape.of("CreateModelRequest", NAME, VERSION, TYPE, SOURCE)
            .and(OF_ANY)
            .and(OF_PACKAGES)
            .and(List.of(NO_TEMPLATE, SOURCE_COPY, NO_COMMAND))
            .and(WITHOUT_EFFECT);

    /** The body of a model that is a container image. */
    public static final Shape OF_AN_IMAGE = Shape.of("CreateModelOfImageRequest", NAME, VERSION, OF_IMAGE, REFERENCE)
            .and(OF_ANY)
            .and(List.of(CONFIG, APIS, COMMAND, IS_COPIED, NOT_FETCHED))
            .and(List.<Field>copyOf(NOT_OF_IMAGES))
            .and(WITHOUT_EFFECT);

    /** The body of a model of a template. */
    public static final Shape OF_A_TEMPLATE = Shape.of(
                    "CreateModelOfTemplateRequest", NAME, VERSION, OF_TEMPLATE, TEMPLATE)
            .and(OF_ANY)
            .and(List.<Field>copyOf(NOT_OF_TEMPLATES))
            .and(List.of(SOURCE_COPY, NO_COMMAND, NOT_FETCHED))
            .and(WITHOUT_EFFECT);

    /** The body of a model that is made from another: of the other fields, those that it has are changed. */
    public static final Shape COPY = Shape.of(
                    "CopyModelRequest",
                    COPY_FROM,
                    Field.Text.optional("model_name")
                            .matching(TextRule.of(ModelSpec.NAME_PATTERN, ModelSpec.NAME_RULE)),
                    VERSION,
                    Field.Text.optional("model_type").oneOf(Engines.names()),
                    Field.Text.optional("source_location").matching(ObjectAddress.RULE))
            .and(OF_ANY)
            .and(OF_PACKAGES);

    /** The body of a change. */
    public static final Shape UPDATE = Shape.of("UpdateModelRequest", DESCRIPTION, DEPENDENCIES);

    private ModelShapes() {}
}
