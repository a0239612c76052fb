package dev.slipway.gateway.predict;

import dev.slipway.domain.access.ProjectId;
import io.netty.handler.codec.http.HttpRequest;

/** One way for a client to prove that it may call a service. Sees the head of a request. Safe for use by many threads. */
interface Authenticator {

    /** @param owner project of the service that is called */
    Authentication authenticate(HttpRequest request, Target target, ProjectId owner);

    /** The result of an authenticator. */
    sealed interface Authentication {

        /** The request has no credentials of this kind: the next authenticator is tried. */
        record NoCredentials() implements Authentication {}

        /** The client may call the service. */
        record Accepted() implements Authentication {}

        /** The credentials are of this kind and do not allow the call: no other authenticator is tried. */
        record Rejected(ErrorResponse response) implements Authentication {}
    }
}
