package dev.slipway.adapters.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.domain.retention.DiskArea;
import dev.slipway.domain.retention.InUse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WheelCacheTests {

    private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");
    private static final InUse NOTHING = new InUse(Set.of(), null, Set.of());

    @TempDir
    private Path home;

    private final Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);

    private Path file(String name, int bytes, Instant written, Instant read) throws IOException {
        Path file = home.resolve("wheels/http/a").resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, new byte[bytes]);
        Files.getFileAttributeView(file, BasicFileAttributeView.class)
                .setTimes(FileTime.from(written), FileTime.from(read), null);
        return file;
    }

    @Test
    void keepsWhatWasUsedLastWithinItsBytes() throws IOException {
        Instant before = NOW.minus(Duration.ofDays(2));
        Path old = file("old", 100, before, before);
        Path read = file("read", 100, before, NOW);
        Path young = file("young", 100, NOW.minusSeconds(5), NOW.minusSeconds(5));
        WheelCache cache = new WheelCache(home.resolve("wheels"), clock);

        cache.shrinkTo(300);
        assertThat(old).exists();
        cache.shrinkTo(250);
        assertThat(old).doesNotExist();
        assertThat(young).exists();
        cache.shrinkTo(100);
        assertThat(young).doesNotExist();
        assertThat(read).exists();
        cache.shrinkTo(0);
        assertThat(read).doesNotExist();
    }

    @Test
    void isClearedOfWhatNobodyHasUsedForAMonth() throws IOException {
        DiskArea area = LocalDisk.wheels(home, clock);
        assertThat(area.use(() -> NOTHING)).isEqualTo(new DiskArea.DiskUse(0, 0));
        Instant before = NOW.minus(Duration.ofDays(31));
        Path old = file("old", 100, before, before);
        Path used = file("used", 10, before, NOW);

        assertThat(area.use(() -> NOTHING)).isEqualTo(new DiskArea.DiskUse(110, 100));
        assertThat(area.removeUnused(() -> NOTHING, 10)).isEqualTo(new DiskArea.Removed(1, 100));
        assertThat(old).doesNotExist();
        assertThat(used).exists();
    }

    @Test
    void isOfThisUserAlone() throws IOException {
        Path folder = new WheelCache(home.resolve("wheels"), clock).folder();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                .isEqualTo("rwx------");
    }
}
