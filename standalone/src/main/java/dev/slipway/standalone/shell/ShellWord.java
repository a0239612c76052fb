package dev.slipway.standalone.shell;

import java.nio.file.Path;
import java.util.regex.Pattern;

/** One word of a command for a POSIX shell. */
public final class ShellWord {

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:@%+,=-]+");

    private ShellWord() {}

    /** Always within single quotes, where nothing is special but the single quote itself. */
    public static String quoted(String value) {
        return "'" + value.replace("'", "'\\''") + "'";
    }

    /** A path as the user would type it from where the command was called: {@link #typed}, quoted if it has to be. */
    public static String path(Path path) {
        String typed = typed(path);
        String value = typed.startsWith("-") ? "./" + typed : typed;
        return PLAIN.matcher(value).matches() ? value : quoted(value);
    }

    /** A path relative to where the command was called if it lies below, else absolute; for messages. */
    public static String typed(Path path) {
        Path here = Path.of("").toAbsolutePath();
        Path absolute = path.toAbsolutePath().normalize();
        boolean below = absolute.startsWith(here) && !absolute.equals(here);
        return below ? here.relativize(absolute).toString() : absolute.toString();
    }
}
