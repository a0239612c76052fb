package dev.slipway.gateway.predict;

import dev.slipway.domain.problem.CallerText;
import io.netty.handler.codec.http.HttpResponseStatus;

/** A response of the gateway itself, with the documented codes. */
record ErrorResponse(HttpResponseStatus status, String code, String message) {

    /** The code of requests that cannot be read to their end. */
    private static final String BAD_REQUEST = "APIG.0201";

    static final ErrorResponse NO_SUCH_PATH = new ErrorResponse(
            HttpResponseStatus.NOT_FOUND,
            "APIG.0101",
            "The API does not exist: expected /v1/infers/{service_id}, with or without a path behind it");
    static final ErrorResponse WRONG_METHOD = new ErrorResponse(
            HttpResponseStatus.METHOD_NOT_ALLOWED, "APIG.0101", "Method Not Allowed: a prediction is a POST");
    static final ErrorResponse ONLY_READ = new ErrorResponse(
            HttpResponseStatus.METHOD_NOT_ALLOWED,
            "APIG.0101",
            "Method Not Allowed: this path takes GET and HEAD only");
    static final ErrorResponse NO_TOKEN = new ErrorResponse(
            HttpResponseStatus.UNAUTHORIZED,
            "APIG.0301",
            "Incorrect IAM authentication information: header X-Auth-Token is missing");
    static final ErrorResponse SIGNED = new ErrorResponse(
            HttpResponseStatus.UNAUTHORIZED,
            "APIG.0301",
            "Incorrect IAM authentication information: calls signed by AK/SK are not built yet, send X-Auth-Token");
    static final ErrorResponse NO_PROJECT = new ErrorResponse(
            HttpResponseStatus.UNAUTHORIZED,
            "APIG.0301",
            "Incorrect IAM authentication information: the token has no project, ask for one with project scope");
    static final ErrorResponse NOT_READ_YET = new ErrorResponse(
            HttpResponseStatus.SERVICE_UNAVAILABLE,
            "ModelArts.4302",
            "The gateway has not read its routes yet, the database does not answer: try again in a moment");
    static final ErrorResponse TOO_LARGE = new ErrorResponse(
            HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE, BAD_REQUEST, "Request entity too large: at most 12 MB");
    static final ErrorResponse TOO_SLOW = new ErrorResponse(
            HttpResponseStatus.REQUEST_TIMEOUT, BAD_REQUEST, "The rest of the request did not arrive in time");
    static final ErrorResponse CUT = new ErrorResponse(
            HttpResponseStatus.BAD_GATEWAY, "ModelArts.4503", "The instance closed the connection before it answered");
    static final ErrorResponse NOT_HTTP = new ErrorResponse(
            HttpResponseStatus.BAD_GATEWAY, "ModelArts.4503", "The instance's answer is not valid HTTP/1.1");

    static ErrorResponse unknownService(String service) {
        return new ErrorResponse(
                HttpResponseStatus.NOT_FOUND,
                "APIG.0101",
                "The API does not exist: there is no service '%s'".formatted(service));
    }

    static ErrorResponse badToken(String why) {
        return new ErrorResponse(
                HttpResponseStatus.UNAUTHORIZED, "APIG.0301", "Incorrect IAM authentication information: " + why);
    }

    static ErrorResponse otherProject(String service) {
        return new ErrorResponse(
                HttpResponseStatus.FORBIDDEN,
                "APIG.0302",
                "The IAM user is not authorized: service '%s' is not of the token's project".formatted(service));
    }

    static ErrorResponse notRunning(String service) {
        return new ErrorResponse(
                HttpResponseStatus.BAD_REQUEST,
                "ModelArts.4203",
                "Service '%s' is not running: start it, or wait until it is deployed".formatted(service));
    }

    static ErrorResponse noInstance(String service) {
        return new ErrorResponse(
                HttpResponseStatus.SERVICE_UNAVAILABLE,
                "ModelArts.4302",
                "Service '%s' has no instance that can be reached now".formatted(service));
    }

    static ErrorResponse noAnswer(long seconds) {
        return new ErrorResponse(
                HttpResponseStatus.GATEWAY_TIMEOUT,
                "ModelArts.4503",
                "The instance did not answer within %d s".formatted(seconds));
    }

    static ErrorResponse malformed(HttpResponseStatus status, String why) {
        return new ErrorResponse(status, BAD_REQUEST, "Bad request: " + why);
    }

    /** Whether the connection has to end, because the end of the request cannot be found or is not worth reading. */
    boolean endsConnection() {
        return code.equals(BAD_REQUEST);
    }

    /** The body; {@code requestId} is also a header. {@code message} is for clients that show this field alone, as in the API's refusals. */
    String json(String requestId) {
        String text = escaped(CallerText.cutIn(message));
        return "{\"error_code\":\"%s\",\"error_msg\":\"%s\",\"message\":\"%s\",\"request_id\":\"%s\"}"
                .formatted(code, text, text, requestId);
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
