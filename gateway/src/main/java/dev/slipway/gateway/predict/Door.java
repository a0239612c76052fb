package dev.slipway.gateway.predict;

import dev.slipway.domain.access.ProjectId;
import dev.slipway.domain.access.TokenClaims;
import dev.slipway.domain.access.TokenSigner;
import dev.slipway.domain.problem.NotAllowed;
import dev.slipway.gateway.route.RouteBook;
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
final class Door {

    private final RouteBook book;
    private final TokenSigner tokens;
    private final Limits limits;

    Door(RouteBook book, TokenSigner tokens, Limits limits) {
        this.book = book;
        this.tokens = tokens;
        this.limits = limits;
    }

    /** What the head of a request comes to. */
    sealed interface Verdict {

        /** It may pass. */
        record Passed(Target target, ServiceRoute route) implements Verdict {}

        /** It may not. */
        record Refused(Refusal refusal) implements Verdict {}
    }

    Verdict judge(HttpRequest request) {
        Refusal malformed = malformed(request);
        if (malformed != null) {
            return new Verdict.Refused(malformed);
        }
        Target target = Target.parse(request.uri());
        if (target == null) {
            return new Verdict.Refused(Refusal.NO_SUCH_PATH);
        }
        ServiceRoute route = book.find(target.service());
        ProjectId project = route == null ? null : route.project();
        if (route == null || project == null) {
            return new Verdict.Refused(
                    book.isComplete() ? Refusal.unknownService(target.service()) : Refusal.NOT_READ_YET);
        }
        if (!request.method().equals(HttpMethod.POST)) {
            return new Verdict.Refused(Refusal.WRONG_METHOD);
        }
        Refusal refusal = unauthorized(request, target, project);
        if (refusal == null && HttpUtil.getContentLength(request, 0L) > limits.bodyBytes()) {
            refusal = Refusal.TOO_LARGE;
        }
        return refusal == null ? new Verdict.Passed(target, route) : new Verdict.Refused(refusal);
    }

    private @Nullable Refusal unauthorized(HttpRequest request, Target target, ProjectId project) {
        String token = request.headers().get(Headers.AUTH_TOKEN);
        if (token == null || token.isBlank()) {
            String authorization = request.headers().get(HttpHeaderNames.AUTHORIZATION);
            return authorization != null && authorization.startsWith(Headers.SIGNATURE)
                    ? Refusal.SIGNED
                    : Refusal.NO_TOKEN;
        }
        try {
            TokenClaims claims = tokens.verify(token);
            if (claims.projectId() == null) {
                return Refusal.NO_PROJECT;
            }
            return project.equals(claims.projectId()) ? null : Refusal.otherProject(target.service());
        } catch (NotAllowed e) {
            return Refusal.badToken(String.valueOf(e.getMessage()));
        }
    }

    /** What is wrong with the form of a head, null if nothing is. */
    static @Nullable Refusal malformed(HttpRequest request) {
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

    static Refusal malformed(Throwable cause) {
        if (cause instanceof TooLongHttpLineException) {
            return Refusal.malformed(HttpResponseStatus.REQUEST_URI_TOO_LONG, "the address is too long");
        }
        if (cause instanceof TooLongHttpHeaderException) {
            return Refusal.malformed(
                    HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "the headers are longer than 64 KB");
        }
        return bad("not valid HTTP/1.1");
    }

    private static Refusal bad(String why) {
        return Refusal.malformed(HttpResponseStatus.BAD_REQUEST, why);
    }
}
