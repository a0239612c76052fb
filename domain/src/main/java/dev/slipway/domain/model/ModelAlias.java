package dev.slipway.domain.model;

import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;

/**
 * A name for one version of a model that can be moved to another, for example {@code iris@champion}.
 *
 * @param name of the model
 * @param alias what stands after the {@code @}
 */
public record ModelAlias(String name, String alias) {

    /** The rule for what stands after the {@code @}, as a regular expression of the whole text. */
    public static final String ALIAS_PATTERN = "[A-Za-z][A-Za-z0-9_\\-]{0,63}";
    /** The form, as a regular expression of the whole text. */
    public static final String PATTERN = ModelSpec.NAME_PATTERN + "@" + ALIAS_PATTERN;

    private static final String RULE =
            "expected the name of a model, '@', and a letter with at most 63 more letters, digits, '-' and '_'";

    public ModelAlias {
        if (!ModelSpec.isName(name) || !alias.matches(ALIAS_PATTERN)) {
            throw new Invalid(ErrorCode.PARAMETER, "alias '%s@%s': %s".formatted(name, alias, RULE));
        }
    }

    /** Whether the text is meant as an alias, well formed or not. */
    public static boolean isMeant(String text) {
        return text.indexOf('@') >= 0;
    }

    /** @throws Invalid PARAMETER if the text has another form */
    public static ModelAlias parse(String text) {
        int at = text.indexOf('@');
        if (at < 0) {
            throw new Invalid(ErrorCode.PARAMETER, "alias '%s': %s".formatted(text, RULE));
        }
        return new ModelAlias(text.substring(0, at), text.substring(at + 1));
    }

    /** As in requests. */
    @Override
    public String toString() {
        return name + "@" + alias;
    }
}
