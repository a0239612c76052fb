package dev.slipway.parts.objectstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class FormerLayoutTests {

    private static final Map<String, String> NAMES = Map.of(
            "in/%E7%8C%AB.csv", "cat",
            "in/%E7%8A%AC.csv", "dog",
            "%E7%8C%AB/1.csv", "1",
            "%E7%8A%AC/1.csv", "2",
            "e%CC%81%25x", "e",
            "plain/a.txt", "a");
    private static final Map<String, String> MOVED = Map.of(
            "in+/%E7%8C%AB.csv=", "cat",
            "in+/%E7%8A%AC.csv=", "dog",
            "%E7%8C%AB+/1.csv=", "1",
            "%E7%8A%AC+/1.csv=", "2",
            "e%CC%81%25x=", "e",
            "plain+/a.txt=", "a");

    @TempDir
    private Path folder;

    private Path former;
    private Path root;

    @BeforeEach
    void name() {
        former = folder.resolve("objects");
        root = folder.resolve("buckets");
    }

    /** A JVM decodes names as its locale says; in that of cron all that are not ASCII look alike if they have one length. */
    @ParameterizedTest
    @CsvSource({"C", "C.UTF-8"})
    void movesEachObjectToItsOwnPlaceWhateverTheLocale(String locale) throws Exception {
        for (Map.Entry<String, String> each : NAMES.entrySet()) {
            write(each.getKey(), each.getValue());
        }
        ProcessBuilder other = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Move.class.getName(),
                former.toString(),
                root.toString());
        other.environment().put("LC_ALL", locale);
        Process process = other.redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(output).isZero();
        assertThat(files(root.resolve("bucket"))).isEqualTo(MOVED);
        assertThat(former).doesNotExist();
    }

    /** The main class of the other JVM. */
    static final class Move {

        private Move() {}

        public static void main(String[] paths) throws IOException {
            FormerLayout.move(Path.of(paths[0]), Path.of(paths[1]));
        }
    }

    /** Nobody could ask for it there. */
    @ParameterizedTest
    @CsvSource({"in/x%01.txt, control character U+0001", "in/caf%E9.csv, not UTF-8"})
    void refusesANameThatNoKeyMayHaveAndMovesNothing(String name, String reason) throws Exception {
        write("a.txt", "a");
        write(name, "x");

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> FormerLayout.move(former, root))
                .withMessageContaining("1 of them have no place")
                .withMessageContaining("/objects/bucket/" + name)
                .withMessageContaining(reason);
        assertThat(files(former.resolve("bucket"))).hasSize(2);
        assertThat(root).doesNotExist();

        Files.delete(at(name));
        FormerLayout.move(former, root);
        assertThat(files(root.resolve("bucket"))).isEqualTo(Map.of("a.txt=", "a"));
    }

    @Test
    void refusesAKeyThatIsTooLong() throws Exception {
        String name = ("x".repeat(200) + "/").repeat(5) + "y".repeat(20);
        write(name, "long");

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> FormerLayout.move(former, root))
                .withMessageContaining("the key has 1025 bytes, expected at most 1024");
    }

    /** An older build may have written after a newer one. */
    @Test
    void refusesToReplaceAnObjectThatIsThere() throws Exception {
        write("in/a.txt", "older");
        write("b.txt", "b");
        Files.writeString(Files.createDirectories(root.resolve("bucket/in+")).resolve("a.txt="), "newer");

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> FormerLayout.move(former, root))
                .withMessageContaining("/objects/bucket/in/a.txt")
                .withMessageContaining("bucket/in+/a.txt=' already");
        assertThat(files(root.resolve("bucket"))).isEqualTo(Map.of("in+/a.txt=", "newer"));
        assertThat(files(former.resolve("bucket"))).hasSize(2);
    }

    @Test
    void keepsABucketThatIsEmpty() throws Exception {
        Files.createDirectories(former.resolve("bucket"));

        FormerLayout.move(former, root);

        assertThat(root.resolve("bucket")).isEmptyDirectory();
    }

    private void write(String name, String text) throws IOException {
        Path file = at(name);
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        Files.writeString(file, text);
        assumeThat(file).as("a file system that keeps any name").exists();
    }

    private Path at(String name) {
        return Path.of(URI.create("file://" + former.toUri().getRawPath().replaceAll("/$", "") + "/bucket/" + name));
    }

    private static Map<String, String> files(Path bucket) throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(bucket)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                files.put(bucket.relativize(file).toString(), Files.readString(file));
            }
        }
        return files;
    }
}
