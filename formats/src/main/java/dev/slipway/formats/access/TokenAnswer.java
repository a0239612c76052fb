package dev.slipway.formats.access;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.slipway.formats.wire.WireRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The claims of a token (wire contract 7). The token itself is the header {@code X-Subject-Token}. */
@WireRecord
public record TokenAnswer(Token token) {

    /**
     * Its user, scope and validity.
     *
     * @param expiresAt with microseconds, in UTC, as {@code issuedAt}
     * @param project null in a token of a domain
     * @param domain null in a token of a project
     * @param catalog null where it was not wanted
     */
    @WireRecord
    public record Token(
            List<String> methods,
            String expiresAt,
            String issuedAt,
            User user,
            @Nullable Project project,
            @Nullable Domain domain,
            List<Role> roles,
            @Nullable List<CatalogEntry> catalog) {
        public Token {
            methods = List.copyOf(methods);
            roles = List.copyOf(roles);
            catalog = catalog == null ? null : List.copyOf(catalog);
        }
    }

    /** The account. */
    @WireRecord
    public record Domain(String id, String name) {}

    /** @param passwordExpiresAt always empty: it does not expire */
    @WireRecord
    public record User(String id, String name, Domain domain, String passwordExpiresAt) {}

    @WireRecord
    public record Project(String id, String name, Domain domain) {}

    @WireRecord
    public record Role(String id, String name) {}

    /** A kind of API, and where it is. */
    @WireRecord
    public record CatalogEntry(String type, String id, String name, List<Endpoint> endpoints) {
        public CatalogEntry {
            endpoints = List.copyOf(endpoints);
        }
    }

    /** @param kind {@code public} */
    @WireRecord
    public record Endpoint(
            String id,
            String region,
            String regionId,
            @JsonProperty("interface") String kind,
            String url) {}
}
