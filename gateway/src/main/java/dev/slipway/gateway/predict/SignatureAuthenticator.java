package dev.slipway.gateway.predict;

import dev.slipway.domain.access.ProjectId;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;

/**
 * Header {@code Authorization: SDK-HMAC-SHA256 ...}, a call signed by AK/SK. It is recognized and rejected, because it is not built yet.
 */
final class SignatureAuthenticator implements Authenticator {

    @Override
    public Authentication authenticate(HttpRequest request, Target target, ProjectId owner) {
        String authorization = request.headers().get(HttpHeaderNames.AUTHORIZATION);
        return authorization != null && authorization.startsWith(Headers.SIGNATURE)
                ? new Authentication.Rejected(ErrorResponse.SIGNED)
                : new Authentication.NoCredentials();
    }
}
