package dev.slipway.adapters.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FollowedLogTests {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    private Path path;

    private InstanceFolder folder() {
        return new InstanceFolder(path);
    }

    private void print(String text) throws IOException {
        Files.writeString(folder().logs().log(), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private void rotate() throws IOException {
        Files.move(folder().logs().log(), folder().logs().olderLog(), StandardCopyOption.REPLACE_EXISTING);
    }

    /** As the shim says it last. */
    private void end() throws IOException {
        Files.writeString(path.resolve("state.json"), """
                {"shim": {"pid": 1, "start_time": 1}, "state": "exited", "ended_at": 1, "host_id": "h", "boot_id": "b"}""");
    }

    private static String read(InputStream log, int bytes) throws IOException {
        return new String(log.readNBytes(bytes), StandardCharsets.UTF_8);
    }

    private static String readAll(InputStream log) {
        try {
            return new String(log.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Test
    void beginsWithTheLastBytesAlsoOfTheFileBefore() throws IOException {
        print("first\n");
        rotate();
        print("second\n");
        end();

        assertThat(readAll(new FollowedLog(folder(), folder().logs(), 3))).isEqualTo("nd\n");
        assertThat(readAll(new FollowedLog(folder(), folder().logs(), 9))).isEqualTo("t\nsecond\n");
        assertThat(readAll(new FollowedLog(folder(), folder().logs(), 100))).isEqualTo("first\nsecond\n");
    }

    @Test
    void goesOnThroughAChangeOfTheFile() throws IOException {
        print("first\n");
        try (InputStream log = new FollowedLog(folder(), folder().logs(), 100)) {
            assertThat(read(log, 6)).isEqualTo("first\n");

            print("before\n");
            rotate();
            print("after\n");

            assertThat(read(log, 13)).isEqualTo("before\nafter\n");
        }
    }

    @Test
    void waitsForAnInstanceThatHasNotPrintedYet() throws IOException {
        CompletableFuture<String> all;
        try (InputStream log = new FollowedLog(folder(), folder().logs(), 100)) {
            all = CompletableFuture.supplyAsync(() -> readAll(log));
            print("at last\n");
            end();
            assertThat(all).succeedsWithin(LIMIT).isEqualTo("at last\n");
        }
    }

    @Test
    void endsWhenItIsClosed() throws IOException {
        print("first\n");
        InputStream log = new FollowedLog(folder(), folder().logs(), 100);
        CompletableFuture<String> all = CompletableFuture.supplyAsync(() -> readAll(log));

        log.close();

        assertThat(all).succeedsWithin(LIMIT);
    }
}
