package dev.slipway.formats.object;

import dev.slipway.domain.storage.ObjectUri;
import dev.slipway.formats.field.TextRule;

/**
 * The rule for addresses of objects, for the description of the API. {@link ObjectUri#parse} reads them and refuses more: hosts that are
 * not served here, and escapes that are wrong.
 */
public final class ObjectAddress {

    private static final String KEY = "(?!/)(?!(?:[\\s\\S]*/)?[.]{1,2}(?:/|$))[\\s\\S]{0,1024}";

    public static final TextRule RULE = TextRule.of(
            "(?:(?:obs|s3)://|/)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?:/%s)?|https?://[^?#]+".formatted(KEY),
            "expected https://<bucket>.<host of objects>/<key>, obs://<bucket>/<key>, s3://<bucket>/<key> or /<bucket>/<key>");

    private ObjectAddress() {}
}
