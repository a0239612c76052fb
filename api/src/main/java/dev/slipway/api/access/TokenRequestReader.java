package dev.slipway.api.access;

import dev.slipway.domain.access.TokenService;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.formats.access.TokenShapes;
import dev.slipway.formats.field.Field;
import dev.slipway.formats.json.JsonDocument;
import dev.slipway.formats.json.JsonObjectReader;
import dev.slipway.formats.json.JsonSource;
import dev.slipway.formats.json.JsonValue;
import org.jspecify.annotations.Nullable;

/**
 * Reads the body of {@code POST /v3/auth/tokens} (wire contract 7). The scope decides what the token allows, so unknown fields in it are
 * refused. Other unknown fields are ignored.
 */
public final class TokenRequestReader {

    private TokenRequestReader() {}

    /** @throws Invalid PARAMETER with the field's path */
    public static TokenService.Request read(byte[] body) {
        JsonObjectReader auth = JsonObjectReader.of(JsonDocument.read(JsonSource.bodyWithoutToken(), body))
                .object(TokenShapes.AUTH);
        JsonObjectReader identity = auth.object(TokenShapes.IDENTITY);
        identity.texts(TokenShapes.METHODS);
        JsonObjectReader user = identity.object(TokenShapes.PASSWORD).object(TokenShapes.USER);
        TokenService.Named domain = named(user, TokenShapes.USER_DOMAIN);
        TokenService.Named name =
                new TokenService.Named(user.textOrNull(TokenShapes.ID), user.textOrNull(TokenShapes.NAME));
        if (name.id() == null) {
            user.text(TokenShapes.NAME);
            user.object(TokenShapes.USER_DOMAIN);
        }
        String password = user.text(TokenShapes.USER_PASSWORD);
        JsonObjectReader scope = auth.valueOrNull(TokenShapes.SCOPE.name()) instanceof JsonValue.JsonText text
                        && text.value().equals("unscoped")
                ? null
                : auth.objectOrNull(TokenShapes.SCOPE);
        if (scope == null) {
            return new TokenService.Request(name, domain, password, null, null, null);
        }
        TokenService.Named ofDomain = named(scope, TokenShapes.SCOPE_DOMAIN);
        TokenService.Named project = named(scope, TokenShapes.SCOPE_PROJECT);
        JsonObjectReader inProject = scope.objectOrNull(TokenShapes.SCOPE_PROJECT);
        TokenService.Named domainOfProject = inProject == null ? null : named(inProject, TokenShapes.SCOPE_DOMAIN);
        scope.refuseUnknownFields();
        return new TokenService.Request(name, domain, password, project, domainOfProject, ofDomain);
    }

    /** The user, domain or project in that field; null if it is absent. */
    private static TokenService.@Nullable Named named(JsonObjectReader parent, Field.Structure field) {
        JsonObjectReader reader = parent.objectOrNull(field);
        if (reader == null) {
            return null;
        }
        TokenService.Named named =
                new TokenService.Named(reader.textOrNull(TokenShapes.ID), reader.textOrNull(TokenShapes.NAME));
        if (!field.shape().isOpen()) {
            if (field.equals(TokenShapes.SCOPE_PROJECT)) {
                reader.objectOrNull(TokenShapes.SCOPE_DOMAIN);
            }
            reader.refuseUnknownFields();
        }
        if (named.id() == null && named.name() == null) {
            throw parent.problem(field.name(), "expected 'id' or 'name', found neither");
        }
        return named;
    }
}
