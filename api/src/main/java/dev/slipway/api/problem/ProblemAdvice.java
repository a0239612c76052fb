package dev.slipway.api.problem;

import dev.slipway.api.header.RequestIdFilter;
import dev.slipway.api.operation.Operations;
import dev.slipway.domain.problem.CallerText;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Problem;
import dev.slipway.domain.problem.Unavailable;
import dev.slipway.formats.problem.ErrorBody;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.ErrorResponse;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.servlet.resource.NoResourceFoundException;

/** Translates every failure of the API to status, code and message. */
@RestControllerAdvice
public final class ProblemAdvice {

    private static final Logger LOG = LoggerFactory.getLogger(ProblemAdvice.class);

    @ExceptionHandler(Problem.class)
    ResponseEntity<ErrorBody> problem(Problem problem, HttpServletRequest request, HttpServletResponse response) {
        HttpStatus status = HttpStatuses.of(problem);
        if (problem instanceof Unavailable later) {
            response.setHeader(HttpHeaders.RETRY_AFTER, seconds(later.retryAfter()));
        }
        return answer(status, problem.code(), problem.getMessage(), request, response);
    }

    /** Whole seconds, rounded up. */
    private static String seconds(Duration duration) {
        return Long.toString(duration.plusNanos(999_999_999).toSeconds());
    }

    /** The edge of every request: a bug of ours, or a request that Spring refuses. */
    @ExceptionHandler(Exception.class)
    ResponseEntity<ErrorBody> other(Exception failure, HttpServletRequest request, HttpServletResponse response) {
        if (failure instanceof ErrorResponse refused) {
            HttpStatusCode status = refused.getStatusCode();
            String message =
                    "%s '%s': %s".formatted(request.getMethod(), request.getRequestURI(), reason(refused, request));
            return answer(status, ErrorCode.INVALID_ARGUMENT, message, request, response);
        }
        LOG.error(
                "bug request={} method={} path={}",
                response.getHeader(RequestIdFilter.HEADER),
                request.getMethod(),
                request.getRequestURI(),
                failure);
        return answer(
                HttpStatus.INTERNAL_SERVER_ERROR,
                ErrorCode.INTERNAL,
                "an internal error happened: give the operator the request id of this answer",
                request,
                response);
    }

    private static String reason(ErrorResponse refused, HttpServletRequest request) {
        return Operations.notBuilt(request.getMethod(), request.getRequestURI())
                .map("the guide's call '%s' is not built yet in this version of Slipway"::formatted)
                .orElseGet(() -> reason(refused));
    }

    private static String reason(ErrorResponse refused) {
        String detail = refused.getBody().getDetail();
        return switch (refused) {
            case NoResourceFoundException unknown ->
                "there is no such path; GET /openapi.json names those that there are";
            case HttpRequestMethodNotSupportedException unsupported ->
                "this path takes %s only".formatted(String.valueOf(unsupported.getSupportedHttpMethods()));
            default -> detail == null ? refused.getStatusCode().toString() : detail;
        };
    }

    private static ResponseEntity<ErrorBody> answer(
            HttpStatusCode status,
            ErrorCode code,
            @Nullable String message,
            HttpServletRequest request,
            HttpServletResponse response) {
        String text = message == null ? "" : CallerText.cutIn(message);
        ErrorBody.IdentityError identity = request.getRequestURI().startsWith("/v3")
                ? new ErrorBody.IdentityError(status.value(), text, title(status))
                : null;
        String requestId = response.getHeader(RequestIdFilter.HEADER);
        RefusalLog.refused(requestId, request.getMethod(), request.getRequestURI(), status.value(), code.code(), text);
        return ResponseEntity.status(status)
                .header(HttpHeaders.CONTENT_TYPE, MediaType.APPLICATION_JSON_VALUE)
                .body(new ErrorBody(code.code(), text, requestId, identity));
    }

    private static String title(HttpStatusCode status) {
        HttpStatus known = HttpStatus.resolve(status.value());
        return known == null ? "Error" : known.getReasonPhrase();
    }
}
