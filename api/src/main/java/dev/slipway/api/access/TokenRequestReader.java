package dev.slipway.api.access;

import dev.slipway.domain.access.TokenDesk;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads the body of {@code POST /v3/auth/tokens} (wire contract 7). Fields that it does not know are the clients' own affair. */
final class TokenRequestReader {

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private TokenRequestReader() {}

    static TokenDesk.Request read(byte[] body) {
        JsonNode auth = root(body).path("auth");
        JsonNode methods = auth.path("identity").path("methods");
        JsonNode user = auth.path("identity").path("password").path("user");
        if (!user.isObject()) {
            throw new Invalid(
                    ErrorCode.PARAMETER,
                    "auth.identity.password.user is missing: only the method 'password' is offered, found methods %s"
                            .formatted(methods));
        }
        String password = text(user.path("password"));
        if (password == null) {
            throw new Invalid(ErrorCode.PARAMETER, "auth.identity.password.user.password is missing");
        }
        JsonNode domain = user.path("domain");
        String domainName = text(domain.path("name"));
        JsonNode project = auth.path("scope").path("project");
        String projectId = text(project.path("id"));
        String projectName = text(project.path("name"));
        if (project.isObject() && projectId == null && projectName == null) {
            throw new Invalid(ErrorCode.PARAMETER, "auth.scope.project: expected 'id' or 'name'");
        }
        return new TokenDesk.Request(
                text(user.path("name")), text(user.path("id")), domainName, password, projectId, projectName);
    }

    private static JsonNode root(byte[] body) {
        try {
            return MAPPER.readTree(body);
        } catch (JacksonException e) {
            throw new Invalid(ErrorCode.PARAMETER, "the body is not JSON: " + e.getOriginalMessage());
        }
    }

    private static @Nullable String text(JsonNode node) {
        return node.isString() ? node.stringValue() : null;
    }
}
