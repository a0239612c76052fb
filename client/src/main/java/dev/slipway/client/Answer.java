package dev.slipway.client;

import dev.slipway.formats.problem.ErrorBody;
import dev.slipway.formats.wire.WireJson;
import java.net.http.HttpResponse;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** An answer of the API, of any status. */
public record Answer(int status, String text) {

    static Answer of(HttpResponse<String> response) {
        return new Answer(response.statusCode(), response.body());
    }

    /** The body as JSON. */
    public JsonNode json() {
        return WireJson.tree(text);
    }

    /** The body of a refusal; empty if it has another form, such as that of a proxy. */
    public Optional<ErrorBody> error() {
        try {
            return text.startsWith("{") ? Optional.of(WireJson.read(text, ErrorBody.class)) : Optional.empty();
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    /** The code of a refusal, empty if there is none. */
    public String errorCode() {
        return error().map(ErrorBody::errorCode).orElse("");
    }

    /** The message of a refusal, empty if there is none. */
    public String errorMessage() {
        return error().map(ErrorBody::errorMsg).orElse("");
    }
}
