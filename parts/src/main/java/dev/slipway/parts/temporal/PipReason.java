package dev.slipway.parts.temporal;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Why an installation by pip failed, as one line, found in what pip printed. */
final class PipReason {

    private static final String ERROR = "ERROR:";

    /** What pip without retries says of an index that does not answer, and of one that answers without the package. */
    private static final String NONE = "(from versions: none)";

    private static final Pattern BROKEN = Pattern.compile(
            "after connection broken by '?(?:\\w+\\()?'?(?:<[^>]*>[:,] )?'?(.*?)(?: \\(connect timeout=[^)]*)?['\")]*: /");

    private PipReason() {}

    /** The reason in what pip printed; {@code "without a message"} if it printed nothing. */
    static String of(String printed) {
        String errors = printed.lines()
                .map(String::strip)
                .filter(line -> line.startsWith(ERROR))
                .map(line -> line.substring(ERROR.length()).strip())
                .distinct()
                .collect(Collectors.joining("; "));
        Matcher broken = BROKEN.matcher(printed);
        if (broken.find()) {
            return "the package index does not answer: "
                    + broken.group(1).replace("Failed to establish a new connection: ", "");
        }
        if (errors.contains(NONE)) {
            return "the package index does not answer or has no version of it: " + errors;
        }
        return errors.isEmpty() ? lastLine(printed) : errors;
    }

    private static String lastLine(String printed) {
        return printed.lines()
                .filter(line -> !line.isBlank())
                .reduce((first, last) -> last)
                .orElse("without a message")
                .strip();
    }
}
