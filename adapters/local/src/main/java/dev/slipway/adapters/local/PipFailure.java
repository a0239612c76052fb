package dev.slipway.adapters.local;

import dev.slipway.domain.model.Versions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Why packages could not be installed, found in what pip printed.
 *
 * @param reason one line, with what pip says
 * @param isOutage whether another try may succeed
 * @param missing the requirement that no file fulfils; null if that is not the reason
 */
record PipFailure(String reason, boolean isOutage, @Nullable String missing) {

    private static final String ERROR = "ERROR:";
    private static final int MOST_VERSIONS = 8;

    private static final Pattern BROKEN = Pattern.compile(
            "after connection broken by '?(?:\\w+\\()?'?(?:<[^>]*>[:,] )?'?(.*?)(?: \\(connect timeout=[^)]*)?['\")]*: /");
    private static final Pattern NO_FILE =
            Pattern.compile("Could not find a version that satisfies the requirement (.+?) \\(from versions: (.*)\\)$");
    private static final Pattern OTHER_PYTHON =
            Pattern.compile("Ignored the following versions that require a different python version: (.*)");
    private static final Pattern PREVIEW = Pattern.compile("[0-9](?:a|b|rc|[.]dev)[0-9]*$");
    private static final Pattern REQUIRES = Pattern.compile(" \\(from ([^)]*)\\)");
    private static final Pattern FULL = Pattern.compile("No space left on device|Disk quota exceeded");
    private static final Pattern UNANSWERED = Pattern.compile(
            "HTTP error 5[0-9][0-9]|5[0-9][0-9] Server Error|Read timed out|ReadTimeoutError|IncompleteRead");
    private static final Pattern CONFLICT = Pattern.compile("^    (The user requested .*|.+ depends on .*)$");

    /** Another try will fail as well. */
    static PipFailure forGood(String reason) {
        return new PipFailure(reason, false, null);
    }

    /** The same before what was done. */
    PipFailure in(String doing) {
        return new PipFailure(doing + ": " + reason, isOutage, missing);
    }

    /** @param where for example "Python 3.12.3 on Linux x86_64" */
    static PipFailure of(List<String> printed, String where) {
        List<String> errors = printed.stream()
                .map(String::strip)
                .filter(line -> line.startsWith(ERROR))
                .map(line -> line.substring(ERROR.length()).strip())
                .distinct()
                .toList();
        String all = String.join("\n", printed);
        Matcher broken = BROKEN.matcher(all);
        if (broken.find()) {
            return new PipFailure(
                    "the package index does not answer: "
                            + broken.group(1).replace("Failed to establish a new connection: ", ""),
                    true,
                    null);
        }
        if (FULL.matcher(all).find() || UNANSWERED.matcher(all).find()) {
            return new PipFailure(lastOf(errors, printed), true, null);
        }
        for (String error : errors) {
            Matcher none = NO_FILE.matcher(error);
            if (none.matches()) {
                return new PipFailure(
                        noVersion(none.group(1), none.group(2), where, OTHER_PYTHON.matcher(all)),
                        false,
                        none.group(1));
            }
        }
        List<String> conflict = new ArrayList<>();
        for (String line : printed) {
            Matcher part = CONFLICT.matcher(line);
            if (part.matches()) {
                conflict.add(part.group(1).strip());
            }
        }
        String reason = lastOf(errors, printed);
        return forGood(
                conflict.isEmpty()
                        ? reason
                        : "these do not go together: "
                                + conflict.stream().distinct().collect(Collectors.joining("; "))
                                + ": change or remove one of them");
    }

    private static String noVersion(String requirement, String versions, String where, Matcher ofOtherPythons) {
        Matcher from = REQUIRES.matcher(requirement);
        String asked = from.replaceAll("");
        from.reset();
        boolean isNeeded = from.find();
        String by = isNeeded ? ", which '%s' needs,".formatted(from.group(1).replace("->", "', for '")) : "";
        String has = "package '%s'%s has no wheel for %s in the index".formatted(asked, by, where);
        String other = ofOtherPythons.find() ? otherPython(asked, ofOtherPythons.group(1)) : "";
        if (versions.equals("none")) {
            return has + (other.isEmpty() ? ", or does not exist: check its name" : other);
        }
        return "%s%s; these versions have one: %s: %s"
                .formatted(
                        has,
                        other,
                        shown(List.of(versions.split(", ")), asked),
                        isNeeded
                                ? "ask for another version of what needs it"
                                : asked.contains("==")
                                        ? "ask for one of them, or write ATLEAST in place of EXACT"
                                        : "ask for one of them");
    }

    /** The nearest to the version that was asked for, else the newest, with the first and the last. */
    private static String shown(List<String> versions, String asked) {
        List<String> finals =
                versions.stream().filter(each -> !PREVIEW.matcher(each).find()).toList();
        List<String> all = finals.isEmpty() ? versions : finals;
        int place = asked.contains("==")
                ? (int) all.stream()
                        .filter(each -> Versions.compare(each, asked.replaceFirst(".*==", "")) < 0)
                        .count()
                : all.size();
        int begin = Math.max(0, Math.min(place - MOST_VERSIONS / 2, all.size() - MOST_VERSIONS));
        int end = Math.min(all.size(), begin + MOST_VERSIONS);
        return (begin == 0 ? "" : all.getFirst() + " ... ")
                + String.join(", ", all.subList(begin, end))
                + (end == all.size() ? "" : " ... " + all.getLast());
    }

    /** What the index says of the version that was asked for; pip lists them as {@code 1.0 Requires-Python >=3.7,<3.10; 1.1 ...}. */
    private static String otherPython(String asked, String ignored) {
        String wanted = asked.replaceFirst(".*==", "") + " Requires-Python ";
        return Stream.of(ignored.split("; "))
                .filter(each -> each.startsWith(wanted))
                .map(each -> " (that version is for Python %s)".formatted(each.substring(wanted.length())))
                .findFirst()
                .orElse("");
    }

    private static String lastOf(List<String> errors, List<String> printed) {
        if (!errors.isEmpty()) {
            return String.join("; ", errors);
        }
        return printed.stream()
                .filter(line -> !line.isBlank())
                .reduce((first, last) -> last)
                .orElse("pip printed nothing")
                .strip();
    }
}
