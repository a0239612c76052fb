package dev.slipway.parts.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class PartProcessTests {

    private static final long LONGEST_LOG = 10_000;
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String TALKATIVE = "i=0; while :; do i=$((i+1)); echo line-$i; done";

    private final Path folder;
    private final Path log;
    private final PartProcess process;

    PartProcessTests(@TempDir Path folder) {
        this.folder = folder;
        log = folder.resolve("talkative.log");
        process = new PartProcess(folder.resolve("talkative.pid"), log, LONGEST_LOG);
    }

    /** A server may run for months: what it prints must not fill the disk. */
    @Test
    void keepsTheLogOfARunningServerShort() throws IOException {
        ProcessIdentity server = process.launch(List.of("sh", "-c", TALKATIVE), folder, "NONE");
        try {
            assertThat(PartProcess.waitUntil(() -> length() > LONGEST_LOG, SOON))
                    .isTrue();
            PartProcess.signal(server, "STOP");
            long before = length();

            process.limitLog();

            assertThat(length()).isZero();
            assertThat(Files.size(copy())).isEqualTo(before);
            assertThat(Files.readString(copy())).startsWith("line-1\nline-2\n");

            PartProcess.signal(server, "CONT");
            assertThat(PartProcess.waitUntil(() -> length() > 100, SOON)).isTrue();
        } finally {
            PartProcess.signal(server, "KILL");
        }
        assertThat(Files.readString(log))
                .as("it goes on at the beginning of the file")
                .matches("(?s)(line-)?[0-9\n].*");
    }

    @Test
    void leavesAShortLogAlone() throws IOException {
        process.limitLog();
        assertThat(log).doesNotExist();

        Files.writeString(log, "ready");
        process.limitLog();

        assertThat(log).hasContent("ready");
        assertThat(copy()).doesNotExist();
    }

    /** Whatever is in the way of the copy, as on a full disk: the server must be able to go on. */
    @Test
    void emptiesTheLogEvenIfItCannotBeCopied() throws IOException {
        Files.writeString(log, "x".repeat((int) LONGEST_LOG + 1));
        Files.createDirectories(copy().resolve("in-the-way"));

        process.limitLog();

        assertThat(length()).isZero();
    }

    private Path copy() {
        return log.resolveSibling("talkative.log.1");
    }

    private long length() {
        try {
            return Files.exists(log) ? Files.size(log) : 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
