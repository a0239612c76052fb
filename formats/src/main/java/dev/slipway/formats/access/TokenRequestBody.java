package dev.slipway.formats.access;

import dev.slipway.formats.wire.WireRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The body of a request for a token (wire contract 7). {@code toString} shows no password. */
@WireRecord
public record TokenRequestBody(Auth auth) {

    /** A token of a project named by name. */
    public static TokenRequestBody of(String domain, String user, String password, String project) {
        return new TokenRequestBody(new Auth(
                new Identity(List.of("password"), new Password(new User(user, password, new Named(null, domain)))),
                new Scope(new Named(null, project), null)));
    }

    /** @param scope null for a token of the user's domain */
    @WireRecord
    public record Auth(Identity identity, @Nullable Scope scope) {}

    /** @param methods {@code password} */
    @WireRecord
    public record Identity(List<String> methods, Password password) {
        public Identity {
            methods = List.copyOf(methods);
        }
    }

    @WireRecord
    public record Password(User user) {}

    @WireRecord
    public record User(String name, String password, Named domain) {
        @Override
        public String toString() {
            return "User[name=%s, domain=%s]".formatted(name, domain);
        }
    }

    /** One of both. */
    @WireRecord
    public record Scope(@Nullable Named project, @Nullable Named domain) {}

    /** By id, name, or both. */
    @WireRecord
    public record Named(@Nullable String id, @Nullable String name) {}
}
