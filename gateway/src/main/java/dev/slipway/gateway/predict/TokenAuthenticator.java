package dev.slipway.gateway.predict;

import dev.slipway.domain.access.ProjectId;
import dev.slipway.domain.access.TokenClaims;
import dev.slipway.domain.access.TokenSigner;
import dev.slipway.domain.problem.NotAllowed;
import io.netty.handler.codec.http.HttpRequest;
import java.util.List;

/** Header {@code X-Auth-Token}: a token of the project that the service belongs to. */
final class TokenAuthenticator implements Authenticator {

    private final TokenSigner tokens;

    TokenAuthenticator(TokenSigner tokens) {
        this.tokens = tokens;
    }

    @Override
    public Authentication authenticate(HttpRequest request, Target target, ProjectId owner) {
        List<String> sent = request.headers().getAll(Headers.AUTH_TOKEN);
        if (sent.size() > 1) {
            return new Authentication.Rejected(ErrorResponse.badToken(
                    "expected one header X-Auth-Token, found %d: send the token of one user".formatted(sent.size())));
        }
        String token = sent.isEmpty() ? null : sent.getFirst();
        if (token == null || token.isBlank()) {
            return new Authentication.NoCredentials();
        }
        try {
            TokenClaims claims = tokens.verify(token);
            if (claims.projectId() == null) {
                return new Authentication.Rejected(ErrorResponse.NO_PROJECT);
            }
            return owner.equals(claims.projectId())
                    ? new Authentication.Accepted()
                    : new Authentication.Rejected(ErrorResponse.otherProject(target.service()));
        } catch (NotAllowed e) {
            return new Authentication.Rejected(ErrorResponse.badToken(String.valueOf(e.getMessage())));
        }
    }
}
