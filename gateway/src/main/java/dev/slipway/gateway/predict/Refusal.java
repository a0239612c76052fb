package dev.slipway.gateway.predict;

import io.netty.handler.codec.http.HttpResponseStatus;

/** What the gateway answers itself, in the codes that clients know. */
record Refusal(HttpResponseStatus status, String code, String message) {

    static final Refusal NO_SUCH_PATH = new Refusal(
            HttpResponseStatus.NOT_FOUND,
            "APIG.0101",
            "The API does not exist: expected /v1/infers/{service_id}, with or without a path behind it");
    static final Refusal WRONG_METHOD = new Refusal(
            HttpResponseStatus.METHOD_NOT_ALLOWED, "APIG.0101", "Method Not Allowed: a prediction is a POST");
    static final Refusal NO_TOKEN = new Refusal(
            HttpResponseStatus.UNAUTHORIZED,
            "APIG.0301",
            "Incorrect IAM authentication information: header X-Auth-Token is missing");
    static final Refusal SIGNED = new Refusal(
            HttpResponseStatus.UNAUTHORIZED,
            "APIG.0301",
            "Incorrect IAM authentication information: calls signed by AK/SK are not built yet, send X-Auth-Token");
    static final Refusal NO_PROJECT = new Refusal(
            HttpResponseStatus.UNAUTHORIZED,
            "APIG.0301",
            "Incorrect IAM authentication information: the token has no project, ask for one with project scope");
    static final Refusal NOT_READ_YET = new Refusal(
            HttpResponseStatus.SERVICE_UNAVAILABLE,
            "ModelArts.4302",
            "The gateway has not read its routes yet, the database does not answer: try again in a moment");
    static final Refusal TOO_LARGE = new Refusal(
            HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE, "APIG.0201", "Request entity too large: at most 12 MB");
    static final Refusal TOO_SLOW = new Refusal(
            HttpResponseStatus.REQUEST_TIMEOUT, "APIG.0201", "The rest of the request did not arrive in time");
    static final Refusal CUT = new Refusal(
            HttpResponseStatus.BAD_GATEWAY, "ModelArts.4503", "The instance closed the connection before it answered");
    static final Refusal NOT_HTTP = new Refusal(
            HttpResponseStatus.BAD_GATEWAY, "ModelArts.4503", "The instance's answer is not valid HTTP/1.1");

    static Refusal unknownService(String service) {
        return new Refusal(
                HttpResponseStatus.NOT_FOUND,
                "APIG.0101",
                "The API does not exist: there is no service '%s'".formatted(service));
    }

    static Refusal badToken(String why) {
        return new Refusal(
                HttpResponseStatus.UNAUTHORIZED, "APIG.0301", "Incorrect IAM authentication information: " + why);
    }

    static Refusal otherProject(String service) {
        return new Refusal(
                HttpResponseStatus.FORBIDDEN,
                "APIG.0302",
                "The IAM user is not authorized: service '%s' is not of the token's project".formatted(service));
    }

    static Refusal notRunning(String service) {
        return new Refusal(
                HttpResponseStatus.BAD_REQUEST,
                "ModelArts.4203",
                "Service '%s' is not running: start it, or wait until it is deployed".formatted(service));
    }

    static Refusal noInstance(String service) {
        return new Refusal(
                HttpResponseStatus.SERVICE_UNAVAILABLE,
                "ModelArts.4302",
                "Service '%s' has no instance that can be reached now".formatted(service));
    }

    static Refusal noAnswer(long seconds) {
        return new Refusal(
                HttpResponseStatus.GATEWAY_TIMEOUT,
                "ModelArts.4503",
                "The instance did not answer within %d s".formatted(seconds));
    }

    static Refusal malformed(HttpResponseStatus status, String why) {
        return new Refusal(status, "APIG.0201", "Bad request: " + why);
    }

    /** The body; {@code requestId} is also a header. */
    String json(String requestId) {
        return "{\"error_code\":\"%s\",\"error_msg\":\"%s\",\"request_id\":\"%s\"}"
                .formatted(code, escaped(message), requestId);
    }

    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                escaped.append('\\').append(c);
            } else if (c < ' ' || c > '~') {
                escaped.append("\\u%04x".formatted((int) c));
            } else {
                escaped.append(c);
            }
        }
        return escaped.toString();
    }
}
