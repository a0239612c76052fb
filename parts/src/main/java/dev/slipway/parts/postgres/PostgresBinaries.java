package dev.slipway.parts.postgres;

import dev.slipway.parts.PartFailure;
import dev.slipway.parts.process.ToolCache;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;
import org.jspecify.annotations.Nullable;

/** The programs of PostgreSQL, unpacked once per user and version from the archive on the class path. */
final class PostgresBinaries {

    private PostgresBinaries() {}

    /** The folder that holds {@code bin/postgres}. */
    static Path unpacked() {
        String archive = archive();
        try {
            return ToolCache.ofUser().install("postgres-" + mark(archive), folder -> unpack(archive, folder));
        } catch (IOException e) {
            throw new PartFailure("postgres", "cannot unpack its programs: " + e.getMessage(), e);
        }
    }

    static boolean areUnpacked() {
        try {
            return Files.isDirectory(ToolCache.ofUser().folder("postgres-" + mark(archive())));
        } catch (IOException e) {
            throw new PartFailure("postgres", "its archive cannot be read: " + e.getMessage(), e);
        }
    }

    private static String archive() {
        String architecture =
                switch (System.getProperty("os.arch", "")) {
                    case "amd64", "x86_64" -> "x86_64";
                    case "aarch64", "arm64" -> "arm_64";
                    case String other -> other;
                };
        return "/postgres-linux-" + architecture + ".txz";
    }

    private static InputStream open(String archive) {
        @Nullable InputStream stream = PostgresBinaries.class.getResourceAsStream(archive);
        if (stream == null) {
            throw new PartFailure(
                    "postgres",
                    "there are no embedded programs for this machine ('%s' is not on the class path); name a server in slipway.yml: database.url"
                            .formatted(archive));
        }
        return stream;
    }

    /**
     * Identifies an archive by its CRC-32 and size in the jar. Reading 15 MB at each start for a better digest took a tenth of the start.
     */
    private static String mark(String archive) throws IOException {
        URL url = PostgresBinaries.class.getResource(archive);
        if (url != null && url.openConnection() instanceof JarURLConnection connection) {
            connection.setUseCaches(false);
            try (JarFile jar = connection.getJarFile()) {
                JarEntry entry = jar.getJarEntry(connection.getEntryName());
                return mark(entry.getCrc(), entry.getSize());
            }
        }
        CRC32 crc = new CRC32();
        try (InputStream stream = open(archive)) {
            long size = new CheckedInputStream(stream, crc).transferTo(OutputStream.nullOutputStream());
            return mark(crc.getValue(), size);
        }
    }

    private static String mark(long crc, long size) {
        return "%08x-%d".formatted(crc, size);
    }

    private static void unpack(String archive, Path folder) throws IOException {
        try (InputStream stream = open(archive);
                TarArchiveInputStream tar =
                        new TarArchiveInputStream(new XZCompressorInputStream(new BufferedInputStream(stream)))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                write(tar, entry, folder);
            }
        }
    }

    private static void write(TarArchiveInputStream tar, TarArchiveEntry entry, Path folder) throws IOException {
        Path target = folder.resolve(entry.getName()).normalize();
        if (!target.startsWith(folder)) {
            throw new IOException("the archive has an entry outside its folder: '%s'".formatted(entry.getName()));
        }
        if (entry.isDirectory()) {
            Files.createDirectories(target);
            return;
        }
        Files.createDirectories(target.getParent());
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
            return;
        }
        Files.copy(tar, target);
        if ((entry.getMode() & 0100) != 0) {
            Set<PosixFilePermission> permissions = EnumSet.copyOf(Files.getPosixFilePermissions(target));
            permissions.add(PosixFilePermission.OWNER_EXECUTE);
            Files.setPosixFilePermissions(target, permissions);
        }
    }
}
