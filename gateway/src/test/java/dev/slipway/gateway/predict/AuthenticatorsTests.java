package dev.slipway.gateway.predict;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.domain.access.ProjectId;
import dev.slipway.domain.access.TokenKey;
import dev.slipway.domain.access.TokenSigner;
import dev.slipway.gateway.predict.Authenticator.Authentication;
import dev.slipway.testing.route.Routes;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AuthenticatorsTests {

    private static final Target TARGET = new Target("a-service", "/");
    private static final HttpRequest REQUEST =
            new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, "/v1/infers/a-service");

    private final List<String> asked = new ArrayList<>();

    private Authenticator answering(String name, Authentication answer) {
        return (HttpRequest request, Target target, ProjectId owner) -> {
            asked.add(name);
            return answer;
        };
    }

    private static @Nullable ErrorResponse reject(Authenticator... inOrder) {
        return new Authenticators(List.of(inOrder)).reject(REQUEST, TARGET, Routes.PROJECT);
    }

    @Test
    void theFirstWithCredentialsOfItsKindDecides() {
        ErrorResponse refusal = ErrorResponse.badToken("why");

        assertThat(reject(
                        answering("a", new Authentication.NoCredentials()),
                        answering("b", new Authentication.Rejected(refusal)),
                        answering("c", new Authentication.Accepted())))
                .isEqualTo(refusal);
        assertThat(asked).containsExactly("a", "b");
    }

    @Test
    void nobodyIsAskedAfterOneThatAccepts() {
        assertThat(reject(
                        answering("a", new Authentication.Accepted()),
                        answering("b", new Authentication.Rejected(ErrorResponse.NO_TOKEN))))
                .isNull();
        assertThat(asked).containsExactly("a");
    }

    @Test
    void withoutAnyCredentialsATokenIsAskedFor() {
        assertThat(reject(answering("a", new Authentication.NoCredentials()))).isEqualTo(ErrorResponse.NO_TOKEN);
    }

    @Test
    void twoTokensAreRefusedWhicheverIsRight() {
        HttpRequest twice = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, "/");
        twice.headers().add(Headers.AUTH_TOKEN, "one").add(Headers.AUTH_TOKEN, "two");

        assertThat(new TokenAuthenticator(new TokenSigner(TokenKey.of(new byte[32]), Clock.systemUTC()))
                        .authenticate(twice, TARGET, Routes.PROJECT))
                .isEqualTo(new Authentication.Rejected(ErrorResponse.badToken(
                        "expected one header X-Auth-Token, found 2: send the token of one user")));
    }

    @Test
    void aSignatureIsRecognizedAndRejected() {
        HttpRequest signed = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, "/");
        signed.headers().set("Authorization", "SDK-HMAC-SHA256 Access=a, Signature=b");
        Authenticator signatures = new SignatureAuthenticator();

        assertThat(signatures.authenticate(signed, TARGET, Routes.PROJECT))
                .isEqualTo(new Authentication.Rejected(ErrorResponse.SIGNED));
        assertThat(signatures.authenticate(REQUEST, TARGET, Routes.PROJECT))
                .isEqualTo(new Authentication.NoCredentials());
        signed.headers().set("Authorization", "Bearer of-the-model-itself");
        assertThat(signatures.authenticate(signed, TARGET, Routes.PROJECT))
                .isEqualTo(new Authentication.NoCredentials());
    }
}
