package dev.slipway.api.operation;

import dev.slipway.api.body.Sent;
import dev.slipway.api.body.SentAs;
import dev.slipway.api.header.AlsoAnswers;
import dev.slipway.api.header.AnswerHeader;
import dev.slipway.api.header.RequestIdFilter;
import dev.slipway.api.header.SubjectToken;
import dev.slipway.api.query.QueryParameters;
import dev.slipway.domain.access.Caller;
import dev.slipway.domain.access.TokenClaims;
import dev.slipway.formats.problem.ErrorBody;
import java.lang.reflect.Parameter;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.springframework.http.HttpHeaders;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * OpenAPI 3.1 of the routes: paths, methods, parameters, bodies and answers are read from the controllers, names and purposes from {@link
 * Operations}.
 */
final class OpenApiDocument {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final Pattern VARIABLE = Pattern.compile("\\{([^}]+)}");
    private static final Set<String> NUMBERS =
            Set.of("offset", "limit", "start_time", "end_time", "update_time", "lines");
    private static final Set<String> FLAGS = Set.of("exact_match", "cascade");
    private static final String TOKEN = "token";

    private final RequestMappingHandlerMapping routes;
    private final RecordSchemas answered = new RecordSchemas();
    private final ShapeSchemas read = new ShapeSchemas();

    OpenApiDocument(RequestMappingHandlerMapping routes) {
        this.routes = routes;
    }

    /** The document; equal routes and records give an equal document. */
    ObjectNode toJson() {
        ObjectNode document = JSON.objectNode().put("openapi", "3.1.1");
        document.putObject("info")
                .put("title", "Slipway")
                .put(
                        "description",
                        "Models, services and tokens, compatible with the ModelArts v1 API. Predictions go to the access_address of a service.")
                .put("version", "1");
        document.set("paths", paths());
        ObjectNode components = document.putObject("components");
        components
                .putObject("securitySchemes")
                .putObject(TOKEN)
                .put("type", "apiKey")
                .put("in", "header")
                .put("name", "X-Auth-Token")
                .put("description", "The header X-Subject-Token of the answer to CreateToken.");
        components.set("headers", sharedHeaders());
        ObjectNode all = components.putObject("schemas");
        Map<String, ObjectNode> named = new TreeMap<>(answered.all());
        read.all().forEach((name, schema) -> {
            if (named.put(name, schema) != null) {
                throw new IllegalStateException("an answer and a request have the name '%s'".formatted(name));
            }
        });
        named.forEach(all::set);
        return document;
    }

    private static ObjectNode sharedHeaders() {
        ObjectNode headers = JSON.objectNode();
        header(headers, RequestIdFilter.HEADER, true, "string", "The id of the request, to give to the operator.");
        header(headers, HttpHeaders.RETRY_AFTER, false, "integer", "With 429 and 503: seconds to wait.");
        return headers;
    }

    private static void header(ObjectNode headers, String name, boolean always, String type, String purpose) {
        headers.putObject(name)
                .put("description", purpose)
                .put("required", always)
                .putObject("schema")
                .put("type", type);
    }

    private ObjectNode paths() {
        Map<String, Map<String, ObjectNode>> paths = new TreeMap<>();
        for (Map.Entry<RequestMappingInfo, HandlerMethod> route :
                routes.getHandlerMethods().entrySet()) {
            for (String path : route.getKey().getPatternValues()) {
                if (path.length() > 1 && path.endsWith("/")) {
                    continue; // the same as without
                }
                for (RequestMethod method : route.getKey().getMethodsCondition().getMethods()) {
                    paths.computeIfAbsent(path, key -> new TreeMap<>())
                            .put(
                                    method.name().toLowerCase(Locale.ROOT),
                                    describe(listed(method.name(), path), route.getValue()));
                }
            }
        }
        ObjectNode all = JSON.objectNode();
        paths.forEach((path, methods) -> methods.forEach(all.putObject(path)::set));
        return all;
    }

    private static Operation listed(String method, String path) {
        return Operations.of(method, path)
                .orElseThrow(() -> new IllegalStateException(
                        "%s %s has a route and is not in the list of operations".formatted(method, path)));
    }

    private ObjectNode describe(Operation operation, HandlerMethod handler) {
        Parameter[] parameters = handler.getMethod().getParameters();
        String thing = handler.getBeanType().getPackageName();
        ObjectNode described = JSON.objectNode();
        described.putArray("tags").add(thing.substring(thing.lastIndexOf('.') + 1));
        described.put("operationId", operation.id()).put("summary", operation.title());
        ArrayNode security = described.putArray("security");
        if (Arrays.stream(parameters)
                .anyMatch(each -> each.getType() == Caller.class || each.getType() == TokenClaims.class)) {
            security.addObject().putArray(TOKEN);
        }
        ArrayNode asked = parameters(operation, parameters);
        if (!asked.isEmpty()) {
            described.set("parameters", asked);
        }
        sent(parameters).ifPresent(sent -> described
                .putObject("requestBody")
                .put("required", true)
                .set("content", content(read.of(sent.shapes()))));
        described.set("responses", responses(operation, handler));
        return described;
    }

    private static ArrayNode parameters(Operation operation, Parameter[] parameters) {
        ArrayNode all = JSON.arrayNode();
        VARIABLE.matcher(operation.path())
                .results()
                .map(MatchResult::group)
                .map(variable -> variable.substring(1, variable.length() - 1))
                .forEach(name -> all.addObject()
                        .put("name", name)
                        .put("in", "path")
                        .put("required", true)
                        .putObject("schema")
                        .put("type", "string"));
        for (Parameter parameter : parameters) {
            if (parameter.getType() == SubjectToken.class) {
                all.addObject()
                        .put("name", SubjectToken.HEADER)
                        .put("in", "header")
                        .put("required", true)
                        .put("description", "The token that is asked about; it may be that of the caller.")
                        .putObject("schema")
                        .put("type", "string");
            }
            QueryParameters asked = parameter.getAnnotation(QueryParameters.class);
            for (String name : asked == null ? new String[0] : asked.value()) {
                all.addObject()
                        .put("name", name)
                        .put("in", "query")
                        .putObject("schema")
                        .put("type", NUMBERS.contains(name) ? "integer" : FLAGS.contains(name) ? "boolean" : "string");
            }
        }
        return all;
    }

    private static Optional<Sent> sent(Parameter[] parameters) {
        return Arrays.stream(parameters)
                .map(parameter -> parameter.getAnnotation(SentAs.class))
                .filter(sent -> sent != null)
                .map(SentAs::value)
                .findFirst();
    }

    private ObjectNode responses(Operation operation, HandlerMethod handler) {
        ResponseStatus given = handler.getMethodAnnotation(ResponseStatus.class);
        ObjectNode responses = JSON.objectNode();
        ObjectNode good = responses
                .putObject(given == null ? "200" : Integer.toString(given.code().value()))
                .put("description", operation.title());
        ObjectNode headers = good.putObject("headers");
        refer(headers, RequestIdFilter.HEADER);
        AnswerHeader own = handler.getMethodAnnotation(AnswerHeader.class);
        if (own != null) {
            header(headers, own.name(), true, "string", own.purpose());
        }
        AlsoAnswers also = handler.getMethodAnnotation(AlsoAnswers.class);
        if (also != null) {
            responses.set(Integer.toString(also.value()), good);
        }
        ObjectNode refusal = responses.putObject("default").put("description", "A refusal.");
        ObjectNode ofRefusal = refusal.putObject("headers");
        refer(ofRefusal, RequestIdFilter.HEADER);
        refer(ofRefusal, HttpHeaders.RETRY_AFTER);
        // The answers to HEAD have no body, whatever they say.
        if (!operation.method().equals("HEAD")) {
            good.set("content", content(answered.of(handler.getMethod().getGenericReturnType())));
            refusal.set("content", content(answered.of(ErrorBody.class)));
        }
        return responses;
    }

    private static void refer(ObjectNode headers, String name) {
        headers.putObject(name).put("$ref", "#/components/headers/" + name);
    }

    private static ObjectNode content(ObjectNode schema) {
        ObjectNode content = JSON.objectNode();
        content.putObject("application/json").set("schema", schema);
        return content;
    }
}
