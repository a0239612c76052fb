package dev.slipway.adapters.local;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Why pip has installed nothing, found in what it printed.
 *
 * @param reason one line, with what pip says
 * @param isOutage whether another try may succeed
 */
record PipFailure(String reason, boolean isOutage) {

    private static final String ERROR = "ERROR:";
    private static final int MOST_VERSIONS = 8;

    private static final Pattern BROKEN = Pattern.compile(
            "after connection broken by '?(?:\\w+\\()?'?(?:<[^>]*>[:,] )?'?(.*?)(?: \\(connect timeout=[^)]*)?['\")]*: /");
    private static final Pattern NONE =
            Pattern.compile("Could not find a version that satisfies the requirement (.+?) \\(from versions: (.*)\\)$");
    private static final Pattern REQUIRES = Pattern.compile(" \\(from ([^)]*)\\)");
    private static final Pattern FULL = Pattern.compile("No space left on device|Disk quota exceeded");
    private static final Pattern UNANSWERED = Pattern.compile(
            "HTTP error 5[0-9][0-9]|5[0-9][0-9] Server Error|Read timed out|ReadTimeoutError|IncompleteRead");
    private static final Pattern CONFLICT = Pattern.compile("^    (The user requested .*|.+ depends on .*)$");

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
                    true);
        }
        if (FULL.matcher(all).find() || UNANSWERED.matcher(all).find()) {
            return new PipFailure(lastOf(errors, printed), true);
        }
        for (String error : errors) {
            Matcher none = NONE.matcher(error);
            if (none.matches()) {
                return new PipFailure(noVersion(none.group(1), none.group(2), where), false);
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
        return new PipFailure(
                conflict.isEmpty()
                        ? reason
                        : "these do not go together: "
                                + conflict.stream().distinct().collect(Collectors.joining("; ")),
                false);
    }

    private static String noVersion(String requirement, String versions, String where) {
        Matcher from = REQUIRES.matcher(requirement);
        String asked = from.replaceAll("");
        from.reset();
        String by = from.find() ? ", which '%s' needs,".formatted(from.group(1).replace("->", "', for '")) : "";
        if (versions.equals("none")) {
            return "package '%s'%s has no wheel for %s in the index, or does not exist".formatted(asked, by, where);
        }
        List<String> there = List.of(versions.split(", "));
        List<String> shown = there.subList(Math.max(0, there.size() - MOST_VERSIONS), there.size());
        return "package '%s'%s has no wheel for %s in the index; these versions have one: %s%s"
                .formatted(
                        asked,
                        by,
                        where,
                        there.size() > shown.size() ? there.getFirst() + " ... " : "",
                        String.join(", ", shown));
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
