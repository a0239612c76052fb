package dev.slipway.api.access;

import dev.slipway.api.header.RequestIdFilter;
import dev.slipway.domain.access.Caller;
import dev.slipway.domain.access.ProjectId;
import dev.slipway.domain.access.TokenClaims;
import dev.slipway.domain.access.TokenSigner;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.NotAllowed;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;
import org.springframework.web.servlet.HandlerMapping;

/**
 * Resolves a {@link Caller} parameter to the user of the request's token, whose project must be the one of the path, and a {@link
 * TokenClaims} parameter to the token's claims, for any project. Without a valid token the controller is not called.
 */
class CallerResolver implements HandlerMethodArgumentResolver {

    private final TokenSigner signer;

    CallerResolver(TokenSigner signer) {
        this.signer = signer;
    }

    @Override
    public boolean supportsParameter(MethodParameter parameter) {
        Class<?> type = parameter.getParameterType();
        return type.equals(Caller.class) || type.equals(TokenClaims.class);
    }

    @Override
    public Object resolveArgument(
            MethodParameter parameter,
            @Nullable ModelAndViewContainer container,
            NativeWebRequest web,
            @Nullable WebDataBinderFactory binders) {
        HttpServletRequest request = Objects.requireNonNull(web.getNativeRequest(HttpServletRequest.class));
        TokenClaims claims = claims(request);
        return parameter.getParameterType().equals(TokenClaims.class)
                ? claims
                : caller(claims, request, requestId(web));
    }

    private static Caller caller(TokenClaims claims, HttpServletRequest request, String requestId) {
        ProjectId project = claims.projectId();
        String projectName = claims.projectName();
        if (project == null || projectName == null) {
            throw new NotAllowed(
                    ErrorCode.TOKEN_WITHOUT_PROJECT,
                    "the token is one of domain '%s' and has no project: ask for one with scope.project"
                            .formatted(claims.domainName()));
        }
        String inPath = projectOfPath(request);
        if (!project.value().equals(inPath)) {
            throw new NotAllowed(
                    ErrorCode.PROJECT_MISMATCH,
                    "the path names project '%s', the token belongs to project '%s'".formatted(inPath, project));
        }
        return new Caller(
                project,
                projectName,
                claims.userId(),
                claims.userName(),
                claims.domainId(),
                claims.domainName(),
                requestId);
    }

    private static String requestId(NativeWebRequest web) {
        HttpServletResponse response = web.getNativeResponse(HttpServletResponse.class);
        String id = response == null ? null : response.getHeader(RequestIdFilter.HEADER);
        return Objects.requireNonNull(id, "every request has an id");
    }

    /** The claims of the request's token. @throws NotAllowed if there is no valid one */
    private TokenClaims claims(HttpServletRequest request) {
        List<String> tokens = Collections.list(request.getHeaders("X-Auth-Token"));
        if (tokens.size() > 1) {
            throw new NotAllowed(
                    ErrorCode.AUTHORIZATION_MALFORMED,
                    "expected one header X-Auth-Token, found %d: send the token of one user".formatted(tokens.size()));
        }
        String token = tokens.isEmpty() ? null : tokens.getFirst();
        if (token != null && !token.isBlank()) {
            return signer.verify(token.strip());
        }
        String authorization = request.getHeader("Authorization");
        if (authorization != null && authorization.startsWith("SDK-HMAC-SHA256")) {
            throw new NotAllowed(
                    ErrorCode.AUTHORIZATION_MALFORMED,
                    "requests signed with AK/SK are not supported yet, they come in a later version: send X-Auth-Token");
        }
        throw new NotAllowed(
                ErrorCode.AUTHORIZATION_MISSING,
                "no token: send the header X-Auth-Token with a token from POST /v3/auth/tokens");
    }

    private static @Nullable String projectOfPath(HttpServletRequest request) {
        return request.getAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE) instanceof Map<?, ?> variables
                        && variables.get("project_id") instanceof String value
                ? value
                : null;
    }
}
