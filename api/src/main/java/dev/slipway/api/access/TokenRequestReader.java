package dev.slipway.api.access;

import dev.slipway.domain.access.TokenService;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.formats.json.JsonDocument;
import dev.slipway.formats.json.JsonObjectReader;
import dev.slipway.formats.json.JsonSource;
import dev.slipway.formats.json.JsonValue;
import org.jspecify.annotations.Nullable;

/**
 * Reads the body of {@code POST /v3/auth/tokens} (wire contract 7). The scope decides what the token allows, so unknown fields in it are
 * refused. Other unknown fields are ignored.
 */
final class TokenRequestReader {

    private static final String PASSWORD = "password";

    private TokenRequestReader() {}

    /** @throws Invalid PARAMETER with the field's path */
    static TokenService.Request read(byte[] body) {
        JsonObjectReader auth = JsonObjectReader.of(JsonDocument.read(JsonSource.bodyWithoutToken(), body))
                .object("auth");
        JsonObjectReader identity = auth.object("identity");
        for (String method : identity.texts("methods")) {
            if (!method.equals(PASSWORD)) {
                throw identity.problem(
                        "methods", "only the method 'password' is offered, found '%s'".formatted(method));
            }
        }
        JsonObjectReader user = identity.object(PASSWORD).object("user");
        TokenService.Named domain = named(user, "domain", false);
        TokenService.Named name = new TokenService.Named(user.textOrNull("id"), user.textOrNull("name"));
        if (name.id() == null) {
            user.text("name");
            user.object("domain");
        }
        String password = user.text(PASSWORD);
        JsonObjectReader scope = auth.valueOrNull("scope") instanceof JsonValue.JsonText text
                        && text.value().equals("unscoped")
                ? null
                : auth.objectOrNull("scope");
        if (scope == null) {
            return new TokenService.Request(name, domain, password, null, null, null);
        }
        TokenService.Named ofDomain = named(scope, "domain", true);
        TokenService.Named project = named(scope, "project", true);
        JsonObjectReader inProject = scope.objectOrNull("project");
        TokenService.Named domainOfProject = inProject == null ? null : named(inProject, "domain", true);
        scope.refuseUnknownFields();
        return new TokenService.Request(name, domain, password, project, domainOfProject, ofDomain);
    }

    /** The user, domain or project in that field; null if it is absent. */
    private static TokenService.@Nullable Named named(JsonObjectReader parent, String field, boolean strictly) {
        JsonObjectReader reader = parent.objectOrNull(field);
        if (reader == null) {
            return null;
        }
        TokenService.Named named = new TokenService.Named(reader.textOrNull("id"), reader.textOrNull("name"));
        if (strictly) {
            if (field.equals("project")) {
                reader.objectOrNull("domain");
            }
            reader.refuseUnknownFields();
        }
        if (named.id() == null && named.name() == null) {
            throw parent.problem(field, "expected 'id' or 'name', found neither");
        }
        return named;
    }
}
