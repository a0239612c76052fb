package dev.slipway.gateway.predict;

import dev.slipway.domain.access.ProjectId;
import dev.slipway.gateway.route.RouteCache;
import dev.slipway.gateway.route.ServiceRoute;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Checks the head of a request and finds the service that it is for. Safe for use by many threads. */
final class RequestValidator {

    private final RouteCache routes;
    private final Authenticators authenticators;
    private final Limits limits;

    RequestValidator(RouteCache routes, Authenticators authenticators, Limits limits) {
        this.routes = routes;
        this.authenticators = authenticators;
        this.limits = limits;
    }

    /** The result of the validation. */
    sealed interface Validation {

        /** It may pass. */
        record Accepted(Target target, ServiceRoute route) implements Validation {}

        /** It may not. */
        record Rejected(ErrorResponse response) implements Validation {}

        /** It asks about the gateway itself. */
        record OwnPath() implements Validation {}
    }

    /** Checks form, address, service, method, credentials and announced length, in this order. */
    Validation validate(HttpRequest request) {
        ErrorResponse malformed = malformed(request);
        if (malformed != null) {
            return new Validation.Rejected(malformed);
        }
        if (OwnPaths.has(request)) {
            return new Validation.OwnPath();
        }
        Target target = Target.parse(request.uri());
        if (target == null) {
            return new Validation.Rejected(ErrorResponse.NO_SUCH_PATH);
        }
        ServiceRoute route = routes.find(target.service());
        ProjectId owner = route == null ? null : route.project();
        if (route == null || owner == null) {
            return new Validation.Rejected(
                    routes.isComplete() ? ErrorResponse.unknownService(target.service()) : ErrorResponse.NOT_READ_YET);
        }
        if (!request.method().equals(HttpMethod.POST)) {
            return new Validation.Rejected(ErrorResponse.WRONG_METHOD);
        }
        ErrorResponse rejected = authenticators.reject(request, target, owner);
        if (rejected == null && HttpUtil.getContentLength(request, 0L) > limits.bodyBytes()) {
            rejected = ErrorResponse.TOO_LARGE;
        }
        return rejected == null ? new Validation.Accepted(target, route) : new Validation.Rejected(rejected);
    }

    /** The response to a malformed head; null if its form is valid. */
    static @Nullable ErrorResponse malformed(HttpRequest request) {
        if (!request.decoderResult().isSuccess()) {
            return malformed(request.decoderResult().cause());
        }
        HttpVersion version = request.protocolVersion();
        String uri = request.uri();
        for (int i = 0; i < uri.length(); i++) {
            if (uri.charAt(i) <= ' ' || uri.charAt(i) > '~') {
                return bad("the address holds a character that has to be percent-encoded");
            }
        }
        List<String> hosts = request.headers().getAll(HttpHeaderNames.HOST);
        if (hosts.size() > 1 || (hosts.isEmpty() && version.minorVersion() > 0)) {
            return bad("expected one Host header");
        }
        if (!hosts.stream().allMatch(Authority::isValid)
                || !Target.authority(uri).allMatch(Authority::isValid)) {
            return bad(
                    "expected a host name or an IP address, with or without a port, in Host and in an absolute address");
        }
        List<String> encodings = request.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
        boolean chunked =
                encodings.size() == 1 && HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(encodings.getFirst());
        if (!encodings.isEmpty() && (!chunked || version.minorVersion() == 0)) {
            return bad("of Transfer-Encoding only 'chunked' is known, in HTTP/1.1");
        }
        return null;
    }

    private static ErrorResponse malformed(Throwable cause) {
        return switch (cause) {
            case TooLongHttpLineException tooLong ->
                ErrorResponse.malformed(HttpResponseStatus.REQUEST_URI_TOO_LONG, "the first line is longer than 16 KB");
            case TooLongHttpHeaderException tooLong ->
                ErrorResponse.malformed(
                        HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "the headers are longer than 64 KB");
            case StrictRequestDecoder.UnknownVersion unknown -> bad("expected HTTP/1.1");
            default -> bad("not valid HTTP/1.1");
        };
    }

    /** The response to a body whose chunks or trailers cannot be read. */
    static ErrorResponse malformedBody(Throwable cause) {
        return switch (cause) {
            case TooLongHttpLineException tooLong -> bad("a line with the size of a chunk is longer than 16 KB");
            case TooLongHttpHeaderException tooLong -> bad("the trailers are longer than 64 KB");
            default -> bad("the body is not in valid chunks");
        };
    }

    private static ErrorResponse bad(String why) {
        return ErrorResponse.malformed(HttpResponseStatus.BAD_REQUEST, why);
    }
}
