package dev.slipway.formats.model;

import dev.slipway.domain.model.ModelApi;
import dev.slipway.domain.model.ModelConfig;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.formats.json.JsonDocument;
import dev.slipway.formats.json.JsonSource;
import dev.slipway.formats.json.JsonValue;
import dev.slipway.formats.wire.WireRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How one api of a model is called, derived from its schema. An extension of ours.
 *
 * @param url of the prediction; {@code SERVICE_ID} stands for the service that has the model
 * @param contentType of the request
 * @param exampleBody a request that fits the schema, as JSON text; null if it is a form with files
 * @param mappingRule the default rule of a batch service for rows of a table: each value of the schema takes the next column; null if the
 *     request is no JSON object of values
 */
@WireRecord
public record CallGuide(
        String method,
        String url,
        String contentType,
        @Nullable String exampleBody,
        String curl,
        String python,
        String java,
        @Nullable String mappingRule) {

    private static final JsonSource SCHEMA = JsonSource.named("schema", ErrorCode.CONFIG_UNSUPPORTED);

    /**
     * One guide for each api. A config without any has the one that every engine has.
     *
     * @param gateway scheme, host and port
     */
    public static List<CallGuide> of(ModelConfig config, String gateway) {
        return of(config.apis(), gateway);
    }

    /** As {@link #of(ModelConfig, String)}. */
    public static List<CallGuide> of(List<ModelApi> apis, String gateway) {
        List<ModelApi> told =
                apis.isEmpty() ? List.of(new ModelApi("/", "POST", null, null, null, null, null, false)) : apis;
        List<CallGuide> guides = new ArrayList<>();
        for (ModelApi api : told) {
            guides.add(of(api, gateway));
        }
        return List.copyOf(guides);
    }

    /** A request that fits the api's schema, as JSON text; empty if it is a form with files. */
    public static Optional<String> example(ModelApi api) {
        JsonValue schema = schema(api.requestSchema());
        return ExampleBody.files(schema).isEmpty() ? Optional.of(ExampleBody.of(schema)) : Optional.empty();
    }

    /** The first field of the api's form that takes a file; empty if it takes none. */
    public static Optional<String> fileField(ModelApi api) {
        return ExampleBody.files(schema(api.requestSchema())).stream().findFirst();
    }

    private static CallGuide of(ModelApi api, String gateway) {
        String path = api.url().equals("/") ? "" : api.url();
        String url = gateway + "/v1/infers/SERVICE_ID" + path;
        JsonValue schema = schema(api.requestSchema());
        List<String> files = ExampleBody.files(schema);
        String declared = api.requestContentType();
        if (!files.isEmpty() || (declared != null && declared.startsWith(MediaTypes.FORM))) {
            List<String> named = files.isEmpty() ? List.of("file") : files;
            return CallSnippets.ofForm(api.method(), url, named, ExampleBody.fields(schema));
        }
        String body = ExampleBody.of(schema);
        return CallSnippets.ofBody(
                api.method(), url, declared == null ? MediaTypes.JSON : declared, body, DefaultMapping.of(schema));
    }

    private static @Nullable JsonValue schema(@Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            return JsonDocument.read(SCHEMA, text);
        } catch (Invalid notASchema) {
            return null;
        }
    }
}
