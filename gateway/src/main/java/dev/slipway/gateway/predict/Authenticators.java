package dev.slipway.gateway.predict;

import dev.slipway.domain.access.ProjectId;
import io.netty.handler.codec.http.HttpRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Authenticators in order. The first that finds credentials of its kind decides. */
final class Authenticators {

    private final List<Authenticator> inOrder;

    Authenticators(List<Authenticator> inOrder) {
        this.inOrder = List.copyOf(inOrder);
    }

    /** The response to a client that may not call the service; null if it may. Without credentials the response asks for a token. */
    @Nullable
    ErrorResponse reject(HttpRequest request, Target target, ProjectId owner) {
        for (Authenticator authenticator : inOrder) {
            Authenticator.Authentication result = authenticator.authenticate(request, target, owner);
            if (result instanceof Authenticator.Authentication.Accepted) {
                return null;
            }
            if (result instanceof Authenticator.Authentication.Rejected rejected) {
                return rejected.response();
            }
        }
        return ErrorResponse.NO_TOKEN;
    }
}
