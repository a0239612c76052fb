package dev.slipway.standalone.client;

import tools.jackson.databind.JsonNode;

/** An answer of the API. */
public record Answer(int status, String text) {

    /** The body as JSON. */
    public JsonNode json() {
        return SlipwayClient.read(text);
    }

    /** The code of a refusal, empty if there is none. */
    public String errorCode() {
        return text.startsWith("{") ? json().path("error_code").asString("") : "";
    }

    /** The message of a refusal, empty if there is none. */
    public String errorMessage() {
        return text.startsWith("{") ? json().path("error_msg").asString("") : "";
    }
}
