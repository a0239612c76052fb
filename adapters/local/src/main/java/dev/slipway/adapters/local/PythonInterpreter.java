package dev.slipway.adapters.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A Python interpreter of this machine, as models are run with it: without packages of a user's home.
 *
 * @param executable the program itself: the command in PATH may be a script that searches for it each time, or a link from a folder that
 *     no sandbox shows
 * @param version for example 3.12.3
 * @param packages what is installed, versions by name in lower case
 */
public record PythonInterpreter(String executable, String version, Map<String, String> packages) {

    private static final String QUESTION = """
            import os, platform, sys
            found = os.path.realpath(sys.executable)
            folder = os.path.dirname(sys.executable)
            in_environment = any(os.path.exists(os.path.join(each, "pyvenv.cfg")) for each in (folder, os.path.dirname(folder)))
            print(sys.executable if in_environment or os.path.dirname(found) == folder else found)
            print(platform.python_version())
            print("fits" if sys.version_info >= (3, 9) else "old")
            if len(sys.argv) > 1:
                from importlib import metadata
                for each in metadata.distributions():
                    print(each.metadata["Name"], each.version)
            """;

    public PythonInterpreter {
        packages = Map.copyOf(packages);
    }

    /**
     * Finds out which one a command starts. Takes some tens of milliseconds.
     *
     * @throws IOException if it cannot be run or is older than 3.9; says which
     */
    static PythonInterpreter of(String command) throws IOException, InterruptedException {
        return ask(List.of(command, "-I", "-S", "-c", QUESTION), command);
    }

    /** The same with its packages; takes some tenths of a second. */
    public static PythonInterpreter withPackages(String command) throws IOException, InterruptedException {
        return ask(List.of(command, "-I", "-c", QUESTION, "packages"), command);
    }

    /** The program that a command starts; empty if it starts none that is new enough. */
    public static Optional<String> executableOf(String command) throws InterruptedException {
        try {
            return Optional.of(of(command).executable());
        } catch (IOException none) {
            return Optional.empty();
        }
    }

    private static PythonInterpreter ask(List<String> words, String command) throws IOException, InterruptedException {
        Process process;
        try {
            process = new ProcessBuilder(words)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException notThere) {
            throw new IOException("'%s' can't be run: %s".formatted(command, notThere.getMessage()), notThere);
        }
        process.getOutputStream().close();
        List<String> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
        if (process.waitFor() != 0 || lines.size() < 3 || !lines.get(2).equals("fits")) {
            throw new IOException("'%s' is not Python 3.9 or newer".formatted(command));
        }
        Map<String, String> packages = new TreeMap<>();
        for (String line : lines.subList(3, lines.size())) {
            int space = line.lastIndexOf(' ');
            packages.put(line.substring(0, space).toLowerCase(Locale.ROOT), line.substring(space + 1));
        }
        return new PythonInterpreter(lines.get(0), lines.get(1), packages);
    }
}
