package dev.slipway.formats.request;

import dev.slipway.domain.model.ModelSpec;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.domain.service.InferType;
import dev.slipway.domain.service.ServiceCreation;
import dev.slipway.formats.json.JsonDocument;
import dev.slipway.formats.json.JsonObjectReader;
import dev.slipway.formats.json.JsonSource;
import dev.slipway.formats.model.CreateModelReader;
import dev.slipway.formats.service.CreateServiceReader;
import org.jspecify.annotations.Nullable;

/** Reads the input of a request workflow with the readers of the API: same checks, same messages, same codes. */
public final class RequestReader {

    private static final String PROJECT = "project";

    private final CreateModelReader models;
    private final CreateServiceReader services;

    /** @param objectHost so that {@code https://bucket.<objectHost>/key} is an object */
    public RequestReader(String objectHost) {
        this.models = new CreateModelReader(objectHost);
        this.services = new CreateServiceReader(objectHost);
    }

    /**
     * A request and its project.
     *
     * @param project id or name; null if none is named
     */
    public record Request<T>(@Nullable String project, T content) {}

    /** @throws Invalid as {@link CreateModelReader#read(byte[])} */
    public Request<ModelSpec> model(byte[] input) {
        JsonObjectReader body = body(input);
        return new Request<>(body.textOrNull(PROJECT), models.read(body));
    }

    /** @throws Invalid as {@link CreateServiceReader#read(byte[])}, and for any other {@code infer_type} than {@code only} */
    public Request<ServiceCreation> service(byte[] input, InferType only) {
        JsonObjectReader body = body(input);
        Request<ServiceCreation> request = new Request<>(body.textOrNull(PROJECT), services.read(body));
        InferType found = request.content().inferType();
        if (found != only) {
            throw body.problem(
                    "infer_type",
                    "expected '%s', found '%s': %s"
                            .formatted(
                                    only.wireName(),
                                    found.wireName(),
                                    found == InferType.BATCH
                                            ? "batch jobs are run by the workflow RunBatch"
                                            : "real-time services are deployed by the workflow DeployService"));
        }
        return request;
    }

    /**
     * The project that the input names, whatever else is wrong with it; null if it names none.
     *
     * @throws Invalid if it is no JSON object, or has something else there than a text
     */
    public static @Nullable String projectIn(byte[] input) {
        return body(input).textOrNull(PROJECT);
    }

    private static JsonObjectReader body(byte[] input) {
        return JsonObjectReader.of(JsonDocument.read(JsonSource.requestBody(), input));
    }
}
