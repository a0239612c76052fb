package dev.slipway.cli.command;

import java.util.List;

/** One word of the command line. */
public interface Command {

    /** Runs it and returns the exit status. */
    int run(List<String> words);
}
