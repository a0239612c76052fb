package dev.slipway.api.problem;

import dev.slipway.api.header.RequestIdFilter;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.formats.problem.ErrorBody;
import dev.slipway.formats.wire.WireJson;
import jakarta.servlet.RequestDispatcher;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.apache.coyote.http11.Http11InputBuffer;
import org.apache.tomcat.util.res.StringManager;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;

/** Writes the refusals of the web server itself in the form of all others. Tomcat creates it by its class name. */
public final class RefusalValve extends ErrorReportValve {

    /** The message of Tomcat's exception for a head beyond its buffer; the exception's type says less. */
    private static final String TOO_LARGE =
            StringManager.getManager(Http11InputBuffer.class).getString("iib.requestheadertoolarge.error");

    @Override
    protected void report(Request request, Response response, @Nullable Throwable failure) {
        int status = status(request, response);
        if (status < HttpStatus.BAD_REQUEST.value()
                || response.getContentWritten() > 0
                || !response.setErrorReported()) {
            return;
        }
        response.setStatus(status);
        String id = response.getHeader(RequestIdFilter.HEADER);
        if (id == null) {
            id = RequestIdFilter.newId();
            response.setHeader(RequestIdFilter.HEADER, id);
        }
        ErrorCode code = isOfClient(status) ? ErrorCode.INVALID_ARGUMENT : ErrorCode.INTERNAL;
        response.setContentType(MediaType.APPLICATION_JSON_VALUE);
        response.setCharacterEncoding(StandardCharsets.UTF_8.name());
        RefusalLog.refused(
                id,
                String.valueOf(request.getMethod()),
                String.valueOf(request.getRequestURI()),
                status,
                code.code(),
                message(status));
        String body = WireJson.write(new ErrorBody(code.code(), message(status), id, null));
        try {
            Writer writer = response.getReporter();
            if (writer != null) {
                writer.write(body);
                response.finishResponse();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the caller is gone", e);
        }
    }

    /** Tomcat answers 400 whatever is wrong with a head; a head that is too long has statuses of its own. */
    private static int status(Request request, Response response) {
        int status = response.getStatus();
        if (status != HttpStatus.BAD_REQUEST.value() || !isTooLong(request)) {
            return status;
        }
        // The address is set when its end is found: without it the first line is too long.
        boolean inFirstLine = request.getCoyoteRequest().requestURI().isNull();
        return (inFirstLine ? HttpStatus.URI_TOO_LONG : HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE).value();
    }

    private static boolean isTooLong(Request request) {
        Object cause = request.getCoyoteRequest().getAttribute(RequestDispatcher.ERROR_EXCEPTION);
        // An IllegalStateException: more headers than there may be.
        return cause instanceof IllegalStateException
                || (cause instanceof IllegalArgumentException refused && TOO_LARGE.equals(refused.getMessage()));
    }

    /** Also a method, a transfer coding and a version of HTTP that are not known here: the client can send others. */
    private static boolean isOfClient(int status) {
        return status < HttpStatus.INTERNAL_SERVER_ERROR.value()
                || status == HttpStatus.NOT_IMPLEMENTED.value()
                || status == HttpStatus.HTTP_VERSION_NOT_SUPPORTED.value();
    }

    private static String message(int status) {
        HttpStatus known = HttpStatus.resolve(status);
        return switch (known) {
            case BAD_REQUEST ->
                "the request cannot be read: expected one Host header, a path in UTF-8 with %XX escapes and no NUL, at most 8 KiB of headers, and a body of the length or the chunks that they tell of";
            case URI_TOO_LONG -> "the request was refused: its address is longer than 8 KiB";
            case REQUEST_HEADER_FIELDS_TOO_LARGE ->
                "the request was refused: its headers are longer than 8 KiB, or more than 100";
            case NOT_IMPLEMENTED ->
                "the request was refused: expected a method such as GET, and of Transfer-Encoding only 'chunked'";
            case HTTP_VERSION_NOT_SUPPORTED -> "the request was refused: expected HTTP/1.1";
            case METHOD_NOT_ALLOWED -> "this method is not offered on any path";
            case null -> "the request was refused with status " + status;
            default -> "the request was refused: " + known.getReasonPhrase();
        };
    }
}
