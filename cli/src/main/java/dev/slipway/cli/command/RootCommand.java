package dev.slipway.cli.command;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The call without the name of a command, which prints the usage of all, and the options that every command has. */
@Command(
        name = "./slipway",
        versionProvider = ProductVersion.class,
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%n",
        optionListHeading = "%n",
        footerHeading = "%n",
        sortOptions = false)
public abstract class RootCommand implements Runnable {

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "prints this usage")
    @SuppressWarnings("unused") // picocli acts on it
    private boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            scope = ScopeType.INHERIT,
            description = "prints the version")
    @SuppressWarnings("unused") // picocli acts on it
    private boolean version;

    @Override
    public void run() {
        CommandLine all = Objects.requireNonNull(spec).commandLine();
        all.usage(all.getOut());
    }
}
