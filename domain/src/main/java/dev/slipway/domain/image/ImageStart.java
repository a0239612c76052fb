package dev.slipway.domain.image;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a container image starts, as its configuration says.
 *
 * @param user as whom; empty for root
 * @param command entry point and arguments
 * @param script the beginning of the file that the command starts, if that is a script; empty otherwise
 */
public record ImageStart(String user, List<String> command, String script) {

    /** How much of a script is read, in bytes. */
    public static final int SCRIPT_BYTES = 64 << 10;

    /** Programs that run another as another user. */
    private static final Set<String> CHANGERS = Set.of(
            "gosu",
            "su-exec",
            "su",
            "sudo",
            "runuser",
            "setpriv",
            "setuidgid",
            "s6-setuidgid",
            "s6-applyuidgid",
            "chpst",
            "chroot");

    private static final Pattern IN_SCRIPT = Pattern.compile(
            "(?m)^(?![ \\t]*#)[^\\n]*?(?<![\\w./-])(?<program>(?:/usr)?(?:/local)?(?:/s?bin/)?(?:gosu|su-exec|runuser|setpriv|setuidgid|s6-setuidgid|s6-applyuidgid|chpst))[ \\t]");

    public ImageStart {
        command = List.copyOf(command);
    }

    /** The same by another command, which is taken in place of the image's own. */
    public ImageStart by(List<String> other) {
        return other.isEmpty() ? this : new ImageStart(user, other, "");
    }

    /** Whether it begins as root, who alone can become another user. */
    private boolean isRoot() {
        String name = user.split(":", 2)[0];
        return name.isEmpty() || name.equals("0") || name.equals("root");
    }

    /** The program by which it changes users at once, whatever its files say; empty if it starts without one. */
    public Optional<String> changesUserBy() {
        if (!isRoot() || command.isEmpty()) {
            return Optional.empty();
        }
        String program = command.getFirst().substring(command.getFirst().lastIndexOf('/') + 1);
        // Init programs start what comes after their own arguments.
        boolean isInit = Set.of("tini", "dumb-init", "catatonit", "env", "nice").contains(program);
        if (isInit) {
            return command.stream()
                    .skip(1)
                    .map(word -> word.substring(word.lastIndexOf('/') + 1))
                    .filter(word -> !word.startsWith("-") && word.indexOf('=') < 0)
                    .findFirst()
                    .filter(CHANGERS::contains);
        }
        return Optional.of(program).filter(CHANGERS::contains);
    }

    /** The program by which its script may change users; empty if it names none, or does not begin as root. */
    public Optional<String> mayChangeUserBy() {
        Matcher found = IN_SCRIPT.matcher(script);
        return isRoot() && found.find() ? Optional.of(found.group("program")) : Optional.empty();
    }
}
