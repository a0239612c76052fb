package dev.slipway.formats.access;

import dev.slipway.formats.field.Field;
import dev.slipway.formats.field.Shape;
import java.util.List;

/** What a request for a token may hold (wire contract 7). Clients add fields of their own, which are passed over outside the scope. */
public final class TokenShapes {

    public static final Field.Text ID = Field.Text.optional("id");
    public static final Field.Text NAME = Field.Text.optional("name");

    private static final Shape DOMAIN =
            Shape.of("TokenDomain", ID, NAME).open().orNeeding(ID.name()).orNeeding(NAME.name());
    private static final Shape DOMAIN_OF_SCOPE =
            Shape.of("TokenScopeDomain", ID, NAME).orNeeding(ID.name()).orNeeding(NAME.name());

    public static final Field.Structure USER_DOMAIN = Field.Structure.optional("domain", DOMAIN);
    public static final Field.Text USER_PASSWORD = Field.Text.required("password");
    public static final Field.Structure USER = Field.Structure.required(
            "user",
            Shape.of("TokenUser", ID, NAME, USER_DOMAIN, USER_PASSWORD)
                    .open()
                    .orNeeding(ID.name())
                    .orNeeding(NAME.name(), USER_DOMAIN.name()));
    public static final Field.Structure PASSWORD =
            Field.Structure.required("password", Shape.of("TokenPassword", USER).open());
    public static final Field.Texts METHODS = new Field.Texts("methods", List.of("password"));
    public static final Field.Structure IDENTITY = Field.Structure.required(
            "identity", Shape.of("TokenIdentity", METHODS, PASSWORD).open());

    public static final Field.Structure SCOPE_DOMAIN = Field.Structure.optional("domain", DOMAIN_OF_SCOPE);
    public static final Field.Structure SCOPE_PROJECT = Field.Structure.optional(
            "project",
            Shape.of("TokenScopeProject", ID, NAME, SCOPE_DOMAIN)
                    .orNeeding(ID.name())
                    .orNeeding(NAME.name()));
    /** Also the text {@code unscoped}. */
    public static final Field.Structure SCOPE =
            Field.Structure.optional("scope", Shape.of("TokenScope", SCOPE_PROJECT, SCOPE_DOMAIN));

    public static final Field.Structure AUTH = Field.Structure.required(
            "auth", Shape.of("TokenAuth", IDENTITY, SCOPE).open());
    /** The whole body. */
    public static final Shape REQUEST = Shape.of("CreateTokenRequest", AUTH).open();

    private TokenShapes() {}
}
