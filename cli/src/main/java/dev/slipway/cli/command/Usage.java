package dev.slipway.cli.command;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The usage of one command, taken out of the help of all. */
public final class Usage {

    private Usage() {}

    /** Whether the words ask for the usage in place of the command. */
    public static boolean isAskedFor(List<String> words) {
        return words.contains("--help") || words.contains("-h");
    }

    /** The lines of the help that name the command, each with a line end. */
    public static String of(String name, String help) {
        Pattern named = Pattern.compile("[.]/slipway " + Pattern.quote(name) + "(?![A-Za-z])");
        return help.lines()
                .filter(line -> named.matcher(line).find())
                .map(line -> line + "\n")
                .collect(Collectors.joining());
    }
}
