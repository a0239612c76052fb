package dev.slipway.api.problem;

import dev.slipway.api.header.RequestIdFilter;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.formats.problem.ErrorBody;
import dev.slipway.formats.wire.WireJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;

/** Writes the refusals of the web server itself in the form of all others. Tomcat creates it by its class name. */
public final class RefusalValve extends ErrorReportValve {

    @Override
    protected void report(Request request, Response response, @Nullable Throwable failure) {
        int status = response.getStatus();
        if (status < HttpStatus.BAD_REQUEST.value()
                || response.getContentWritten() > 0
                || !response.setErrorReported()) {
            return;
        }
        String id = response.getHeader(RequestIdFilter.HEADER);
        if (id == null) {
            id = RequestIdFilter.newId();
            response.setHeader(RequestIdFilter.HEADER, id);
        }
        ErrorCode code = isOfClient(status) ? ErrorCode.INVALID_ARGUMENT : ErrorCode.INTERNAL;
        response.setContentType(MediaType.APPLICATION_JSON_VALUE);
        response.setCharacterEncoding(StandardCharsets.UTF_8.name());
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
            case NOT_IMPLEMENTED ->
                "the request was refused: expected a method such as GET, and of Transfer-Encoding only 'chunked'";
            case HTTP_VERSION_NOT_SUPPORTED -> "the request was refused: expected HTTP/1.1";
            case METHOD_NOT_ALLOWED -> "this method is not offered on any path";
            case null -> "the request was refused with status " + status;
            default -> "the request was refused: " + known.getReasonPhrase();
        };
    }
}
