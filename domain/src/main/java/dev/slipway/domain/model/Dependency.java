package dev.slipway.domain.model;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A package that a model asks pip for (guide, table 4-7). Stored in rows of models.
 *
 * @param name as pip knows it, perhaps with extras; or the file name of a wheel beside {@code customize_service.py}
 * @param version null if any will do
 * @param restraint null exactly if there is no version
 */
public record Dependency(
        String name, @Nullable String version, @Nullable Restraint restraint) {

    /** The rule for names, as a regular expression of the whole text: pip's, the file name of a wheel, or a path to one. */
    public static final String NAME_PATTERN =
            "[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?(?:\\[[A-Za-z0-9._, -]*\\])?|(?:[^&!\"'<>=:@]*/)?[A-Za-z0-9][A-Za-z0-9._+-]*[.]whl";

    /** The rule for names, in words. */
    public static final String NAME_RULE =
            "expected the name of a package, or of a wheel beside customize_service.py that ends in .whl";

    /** The rule for versions, as a regular expression of the whole text. */
    public static final String VERSION_PATTERN = "v?[0-9]+(?:[.!+_-]?[A-Za-z0-9]+)*";

    /** The rule for versions, in words. */
    public static final String VERSION_RULE = "expected a version such as 1.16.4";

    private static final String WHEEL = ".whl";

    /** Which versions are taken. */
    public enum Restraint {
        EXACT("=="),
        ATLEAST(">="),
        ATMOST("<=");

        private final String sign;

        Restraint(String sign) {
            this.sign = sign;
        }

        boolean allows(String wanted, String found) {
            int difference = Versions.compare(found, wanted);
            return switch (this) {
                case EXACT -> difference == 0;
                case ATLEAST -> difference >= 0;
                case ATMOST -> difference <= 0;
            };
        }
    }

    public Dependency {
        if (!name.matches(NAME_PATTERN)) {
            throw new IllegalArgumentException("package '%s': %s".formatted(name, NAME_RULE));
        }
        if (version != null && !version.matches(VERSION_PATTERN)) {
            throw new IllegalArgumentException(
                    "version '%s' of package '%s': %s".formatted(version, name, VERSION_RULE));
        }
        if ((version == null) != (restraint == null)) {
            throw new IllegalArgumentException(
                    "package '%s': expected a version and a restraint, or neither".formatted(name));
        }
        // Public packages name where the vendor's images have it.
        name = name.endsWith(WHEEL) ? name.substring(name.lastIndexOf('/') + 1) : name;
    }

    /** Whether it is a file of the package. */
    public boolean isWheel() {
        return name.endsWith(WHEEL);
    }

    /** As pip reads requirements. */
    String requirement() {
        return restraint == null ? name : name + restraint.sign + version;
    }

    /** Whether that version will do. */
    boolean allows(String found) {
        return restraint == null || version == null || restraint.allows(version, found);
    }

    /** As pip compares names, without extras. */
    String canonicalName() {
        return canonical(isWheel() ? name.split("-", 2)[0] : name);
    }

    /** As pip compares names. */
    static String canonical(String required) {
        return required.split("[\\[=<>!~; ]", 2)[0].toLowerCase(Locale.ROOT).replaceAll("[-_.]+", "-");
    }
}
