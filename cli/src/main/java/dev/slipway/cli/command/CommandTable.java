package dev.slipway.cli.command;

import dev.slipway.formats.json.NearestName;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Runs the command that words name: reads its options, prints its usage, and says in one form what is wrong with a call. */
public final class CommandTable {

    /** Exit status of a command that was called wrongly. */
    public static final int WRONG_USE = CommandLine.ExitCode.USAGE;

    private static final int WIDTH = 120;

    private final CommandLine root;
    private final PrintStream out;
    private final PrintStream err;

    /**
     * A table with the commands of {@code root}, and no others yet.
     *
     * @param root annotated as a command of picocli
     */
    public CommandTable(Object root, PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
        this.root = new CommandLine(root);
    }

    /** Adds one more, annotated as a command of picocli. Its status is the one of its call; a failure is thrown by {@link #run}. */
    public CommandTable with(Object command) {
        root.addSubcommand(command);
        return this;
    }

    /**
     * Runs the command that the words name; {@code help} and a name is the same as the name and {@code --help}.
     *
     * @return its exit status; {@link #WRONG_USE} after the reason was printed
     * @throws Exception whatever the command throws, but for a {@link UsageError}
     */
    public int run(List<String> words) throws Exception {
        List<String> called = withoutHelpWord(words);
        if (!called.isEmpty() && isUnknownName(called.getFirst())) {
            // Else an option such as --help would hide it.
            return refuse(new UnmatchedArgumentException(root, called));
        }
        List<Exception> failures = new ArrayList<>();
        root.setOut(writer(out))
                .setErr(writer(err))
                .setUsageHelpWidth(WIDTH)
                .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF))
                .setExpandAtFiles(false)
                .registerConverter(Path.class, CommandTable::path)
                .setParameterExceptionHandler((wrong, all) -> refuse(wrong))
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    if (failure instanceof UsageError wrong) {
                        return refuse(command, String.valueOf(wrong.getMessage()));
                    }
                    failures.add(failure);
                    return 1;
                });
        tellVersion(root);
        int status = root.execute(called.toArray(String[]::new));
        if (!failures.isEmpty()) {
            throw failures.getFirst();
        }
        return status;
    }

    /** All commands have the option, and one version. */
    private void tellVersion(CommandLine command) {
        for (CommandLine each : command.getSubcommands().values()) {
            each.getCommandSpec().versionProvider(root.getCommandSpec().versionProvider());
            tellVersion(each);
        }
    }

    private static List<String> withoutHelpWord(List<String> words) {
        if (words.isEmpty() || !words.getFirst().equals("help")) {
            return words;
        }
        List<String> called = new ArrayList<>(words.subList(1, words.size()));
        called.add("--help");
        return called;
    }

    private boolean isUnknownName(String word) {
        return !root.getSubcommands().isEmpty()
                && !word.startsWith("-")
                && !root.getSubcommands().containsKey(word);
    }

    /** The name that messages begin with: {@code slipway}, or {@code slipway} and the command that the words name. */
    public String named(List<String> words) {
        CommandLine command = words.isEmpty() ? null : root.getSubcommands().get(words.getFirst());
        return command == null ? "slipway" : nameOf(command);
    }

    private int refuse(ParameterException wrong) {
        CommandLine command = wrong.getCommandLine();
        int status = refuse(command, text(wrong));
        if (command == root) {
            err.println();
            root.usage(writer(err));
        }
        return status;
    }

    private int refuse(CommandLine command, String text) {
        err.printf("%s: %s%n", nameOf(command), text);
        return WRONG_USE;
    }

    private static String nameOf(CommandLine command) {
        return command.getCommandSpec().qualifiedName().replaceFirst("^[.]/", "");
    }

    private static String text(ParameterException wrong) {
        CommandLine command = wrong.getCommandLine();
        if (wrong instanceof UnmatchedArgumentException unmatched
                && !unmatched.getUnmatched().isEmpty()) {
            return unmatched(command, unmatched.getUnmatched().getFirst());
        }
        if (wrong instanceof MissingParameterException missing
                && !missing.getMissing().isEmpty()) {
            return missing(command, missing.getMissing().getFirst());
        }
        if (wrong instanceof OverwrittenOptionException twice) {
            return "'%s' stands there twice".formatted(name(twice.getOverwritten()));
        }
        return String.valueOf(wrong.getMessage());
    }

    private static String unmatched(CommandLine command, String word) {
        CommandSpec spec = command.getCommandSpec();
        if (word.startsWith("-")) {
            String name = word.replaceFirst("=.*", "");
            if (spec.userObject() instanceof NeedsNoFolder reason
                    && List.of("--data", "--config").contains(name)) {
                return "'%s' is no option here: %s".formatted(name, reason.inPlaceOfFolder());
            }
            return "'%s' is no option here%s"
                    .formatted(name, nearest(name, spec.optionsMap().keySet()));
        }
        if (!spec.subcommands().isEmpty()) {
            return "'%s' is no command%s"
                    .formatted(word, nearest(word, spec.subcommands().keySet()));
        }
        return "'%s' is one word too many; usage: %s".formatted(word, synopsis(command));
    }

    private static String missing(CommandLine command, ArgSpec argument) {
        if (argument instanceof OptionSpec option) {
            return "'%s' needs a value".formatted(option.longestName());
        }
        return "expected: %s, %s".formatted(synopsis(command), String.join(" ", argument.description()));
    }

    private static String name(ArgSpec argument) {
        return switch (argument) {
            case OptionSpec option -> option.longestName();
            case PositionalParamSpec positional -> positional.paramLabel();
            default -> argument.paramLabel();
        };
    }

    private static String nearest(String name, Collection<String> known) {
        return NearestName.of(name, known).map(", did you mean '%s'"::formatted).orElse("");
    }

    private static String synopsis(CommandLine command) {
        return command.getHelp().synopsis(0).strip().replaceAll("\\s+", " ");
    }

    private static Path path(String value) {
        if (value.isBlank()) {
            throw new TypeConversionException("needs a value, found an empty one");
        }
        try {
            return Path.of(value);
        } catch (InvalidPathException e) {
            throw new TypeConversionException("'%s' cannot be a file: %s".formatted(value, e.getReason()));
        }
    }

    private static PrintWriter writer(PrintStream to) {
        return new PrintWriter(to, true, StandardCharsets.UTF_8);
    }
}
