package dev.slipway.api.header;

import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.NotAllowed;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;

/** Resolves a {@link SubjectToken} parameter to the header of the request. Without it the controller is not called. */
public final class SubjectTokenResolver implements HandlerMethodArgumentResolver {

    @Override
    public boolean supportsParameter(MethodParameter parameter) {
        return parameter.getParameterType().equals(SubjectToken.class);
    }

    @Override
    public SubjectToken resolveArgument(
            MethodParameter parameter,
            @Nullable ModelAndViewContainer container,
            NativeWebRequest web,
            @Nullable WebDataBinderFactory binders) {
        HttpServletRequest request = Objects.requireNonNull(web.getNativeRequest(HttpServletRequest.class));
        String token = request.getHeader(SubjectToken.HEADER);
        if (token == null || token.isEmpty()) {
            throw new NotAllowed(
                    ErrorCode.TOKEN_UNKNOWN,
                    "the header %s is missing: send the token that you ask about".formatted(SubjectToken.HEADER));
        }
        return new SubjectToken(token);
    }
}
