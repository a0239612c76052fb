package dev.slipway.api.body;

import dev.slipway.domain.problem.Invalid;
import dev.slipway.formats.json.JsonSource;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;

/**
 * A {@link SentBody} parameter is read from the connection itself: {@code curl -d} without a header names a content type by which
 * Spring would take the JSON for a form.
 */
public final class SentBodyResolver implements HandlerMethodArgumentResolver {

    @Override
    public boolean supportsParameter(MethodParameter parameter) {
        return parameter.getParameterType().equals(SentBody.class);
    }

    @Override
    public SentBody resolveArgument(
            MethodParameter parameter,
            @Nullable ModelAndViewContainer container,
            NativeWebRequest web,
            @Nullable WebDataBinderFactory binders) {
        JsonSource source = parameter.hasParameterAnnotation(WithoutToken.class)
                ? JsonSource.bodyWithoutToken()
                : JsonSource.requestBody();
        HttpServletRequest request = Objects.requireNonNull(web.getNativeRequest(HttpServletRequest.class));
        refuseEncoded(request);
        byte[] bytes = read(source, request);
        if (bytes.length == 0) {
            throw new Invalid(source.code(), source.name() + ": expected a JSON object, found nothing");
        }
        if (bytes.length > source.longest()) {
            throw tooLong(source);
        }
        return new SentBody(bytes);
    }

    /** @throws ErrorResponseException 415, since compressed JSON would be told to be no JSON */
    private static void refuseEncoded(HttpServletRequest request) {
        String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
        if (encoding != null && !encoding.isBlank() && !encoding.strip().equalsIgnoreCase("identity")) {
            ProblemDetail detail = ProblemDetail.forStatusAndDetail(
                    HttpStatus.UNSUPPORTED_MEDIA_TYPE,
                    "expected a body without Content-Encoding, found '%s'".formatted(encoding));
            throw new ErrorResponseException(HttpStatus.UNSUPPORTED_MEDIA_TYPE, detail, null);
        }
    }

    private static byte[] read(JsonSource source, HttpServletRequest request) {
        if (request.getContentLengthLong() > source.longest()) {
            throw tooLong(source);
        }
        try {
            return request.getInputStream().readNBytes(source.longest() + 1);
        } catch (IOException e) {
            throw new Invalid(
                    source.code(),
                    source.name() + ": broken off, or not in the form that its headers tell of; send it again");
        }
    }

    private static Invalid tooLong(JsonSource source) {
        return new Invalid(
                source.code(), "%s: expected at most %d bytes, found more".formatted(source.name(), source.longest()));
    }
}
