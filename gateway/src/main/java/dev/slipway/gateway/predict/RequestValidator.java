package dev.slipway.gateway.predict;

import dev.slipway.domain.access.ProjectId;
import dev.slipway.domain.access.TokenClaims;
import dev.slipway.domain.access.TokenSigner;
import dev.slipway.domain.problem.NotAllowed;
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

/** Says of the head of a request whether it may pass, and where to. Safe for use by many threads. */
final class RequestValidator {

    private final RouteCache book;
    private final TokenSigner tokens;
    private final Limits limits;

    RequestValidator(RouteCache book, TokenSigner tokens, Limits limits) {
        this.book = book;
        this.tokens = tokens;
        this.limits = limits;
    }

    /** What the head of a request comes to. */
    sealed interface Verdict {

        /** It may pass. */
        record Passed(Target target, ServiceRoute route) implements Verdict {}

        /** It may not. */
        record Refused(ErrorResponse refusal) implements Verdict {}
    }

    Verdict judge(HttpRequest request) {
        ErrorResponse malformed = malformed(request);
        if (malformed != null) {
            return new Verdict.Refused(malformed);
        }
        Target target = Target.parse(request.uri());
        if (target == null) {
            return new Verdict.Refused(ErrorResponse.NO_SUCH_PATH);
        }
        ServiceRoute route = book.find(target.service());
        ProjectId project = route == null ? null : route.project();
        if (route == null || project == null) {
            return new Verdict.Refused(
                    book.isComplete() ? ErrorResponse.unknownService(target.service()) : ErrorResponse.NOT_READ_YET);
        }
        if (!request.method().equals(HttpMethod.POST)) {
            return new Verdict.Refused(ErrorResponse.WRONG_METHOD);
        }
        ErrorResponse refusal = unauthorized(request, target, project);
        if (refusal == null && HttpUtil.getContentLength(request, 0L) > limits.bodyBytes()) {
            refusal = ErrorResponse.TOO_LARGE;
        }
        return refusal == null ? new Verdict.Passed(target, route) : new Verdict.Refused(refusal);
    }

    private @Nullable ErrorResponse unauthorized(HttpRequest request, Target target, ProjectId project) {
        String token = request.headers().get(Headers.AUTH_TOKEN);
        if (token == null || token.isBlank()) {
            String authorization = request.headers().get(HttpHeaderNames.AUTHORIZATION);
            return authorization != null && authorization.startsWith(Headers.SIGNATURE)
                    ? ErrorResponse.SIGNED
                    : ErrorResponse.NO_TOKEN;
        }
        try {
            TokenClaims claims = tokens.verify(token);
            if (claims.projectId() == null) {
                return ErrorResponse.NO_PROJECT;
            }
            return project.equals(claims.projectId()) ? null : ErrorResponse.otherProject(target.service());
        } catch (NotAllowed e) {
            return ErrorResponse.badToken(String.valueOf(e.getMessage()));
        }
    }

    /** What is wrong with the form of a head, null if nothing is. */
    static @Nullable ErrorResponse malformed(HttpRequest request) {
        if (!request.decoderResult().isSuccess()) {
            return malformed(request.decoderResult().cause());
        }
        HttpVersion version = request.protocolVersion();
        if (version.majorVersion() != 1) {
            return bad("expected HTTP/1.1");
        }
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
        List<String> encodings = request.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
        boolean chunked =
                encodings.size() == 1 && HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(encodings.getFirst());
        if (!encodings.isEmpty() && (!chunked || version.minorVersion() == 0)) {
            return bad("of Transfer-Encoding only 'chunked' is known, in HTTP/1.1");
        }
        return null;
    }

    static ErrorResponse malformed(Throwable cause) {
        if (cause instanceof TooLongHttpLineException) {
            return ErrorResponse.malformed(HttpResponseStatus.REQUEST_URI_TOO_LONG, "the address is too long");
        }
        if (cause instanceof TooLongHttpHeaderException) {
            return ErrorResponse.malformed(
                    HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "the headers are longer than 64 KB");
        }
        return bad("not valid HTTP/1.1");
    }

    private static ErrorResponse bad(String why) {
        return ErrorResponse.malformed(HttpResponseStatus.BAD_REQUEST, why);
    }
}
