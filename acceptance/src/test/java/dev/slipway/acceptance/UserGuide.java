package dev.slipway.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The blocks of {@code docs/user-guide.md} that the guide says can be pasted one after the other. */
final class UserGuide {

    private static final Pattern BLOCK = Pattern.compile("^```(\\w*)\\n(.*?)^```", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Path ROOT = Path.of("..");

    private UserGuide() {}

    /** Skips the test, with a plain message, on a machine that lacks what the guide asks for. */
    static void assumeShell() {
        assumeTrue(
                Stream.of("bash", "curl").allMatch(UserGuide::onPath),
                "the user guide needs bash and curl, which this machine lacks");
    }

    private static boolean onPath(String command) {
        return Stream.of(System.getenv("PATH").split(":", -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, command)));
    }

    private static String section(String guide, int from, int to) {
        return guide.substring(guide.indexOf("\n## " + from + "."), guide.indexOf("\n## " + to + "."));
    }

    /**
     * Runs sections 1 to 4, and 6, in one shell that ends at the first command that fails, at most three minutes.
     *
     * @param env what {@code ./slipway env} exports
     * @return what was printed
     */
    static String paste(Map<String, String> env, Path folder) throws IOException, InterruptedException {
        String guide = Files.readString(ROOT.resolve("docs/user-guide.md"));
        String chain = section(guide, 1, 5) + section(guide, 6, 7);
        // Those of another language are no commands.
        String blocks = BLOCK.matcher(chain)
                .results()
                .filter(block -> block.group(1).isEmpty())
                .map(block -> block.group(2))
                .collect(Collectors.joining());
        Path script = Files.writeString(folder.resolve("user-guide.sh"), "set -euo pipefail\n" + blocks);
        Path printed = folder.resolve("user-guide.out");
        ProcessBuilder shell = new ProcessBuilder(
                        "bash", script.toAbsolutePath().toString())
                .directory(ROOT.toFile())
                .redirectErrorStream(true)
                .redirectOutput(printed.toFile());
        shell.environment().putAll(env);
        Process process = shell.start();
        if (!process.waitFor(3, TimeUnit.MINUTES)) {
            process.destroyForcibly();
        }
        String told = Files.readString(printed);
        assertThat(process.waitFor()).as(told).isZero();
        return told;
    }
}
