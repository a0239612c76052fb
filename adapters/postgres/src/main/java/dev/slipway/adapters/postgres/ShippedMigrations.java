package dev.slipway.adapters.postgres;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import javax.sql.DataSource;

/**
 * The migrations of this build, and whether a schema has them all. That costs one query; loading Flyway for it would cost a start a third
 * of a second of CPU.
 */
final class ShippedMigrations {

    static final String FOLDER = "db/migration";

    private static final String FIRST = "V001__core.sql";
    private static final String HISTORY = "SELECT script, checksum, success FROM flyway_schema_history";
    private static final String NO_SUCH_TABLE = "42P01";

    private final Map<String, Integer> checksums;

    private ShippedMigrations(Map<String, Integer> checksums) {
        this.checksums = checksums;
    }

    /** Those on the class path. */
    static ShippedMigrations find() {
        Map<String, Integer> checksums = new TreeMap<>();
        try {
            for (String script : scripts()) {
                checksums.put(script, checksum(script));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the migrations of this build", e);
        }
        return new ShippedMigrations(checksums);
    }

    /** The checksum of each script by its name, as Flyway writes it into its history. */
    Map<String, Integer> checksums() {
        return Map.copyOf(checksums);
    }

    /** True if exactly these scripts were applied. If false, Flyway finds out what differs. */
    boolean areAllAppliedTo(DataSource database) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(HISTORY)) {
            Map<String, Integer> applied = new TreeMap<>();
            while (rows.next()) {
                if (!rows.getBoolean("success")) {
                    return false;
                }
                applied.put(rows.getString("script"), rows.getInt("checksum"));
            }
            return applied.equals(checksums);
        } catch (SQLException e) {
            if (NO_SUCH_TABLE.equals(e.getSQLState())) {
                return false;
            }
            throw e;
        }
    }

    private static List<String> scripts() throws IOException {
        // A jar may have no entry for the folder itself.
        URL first = Objects.requireNonNull(ShippedMigrations.class.getResource("/" + FOLDER + "/" + FIRST), FIRST);
        URLConnection connection = first.openConnection();
        if (connection instanceof JarURLConnection jar) {
            // The class loader's file, which stays open.
            return jar.getJarFile().stream()
                    .map(entry -> entry.getName())
                    .filter(name -> name.startsWith(FOLDER + "/") && name.endsWith(".sql"))
                    .map(name -> name.substring(FOLDER.length() + 1))
                    .toList();
        }
        try (Stream<Path> files = Files.list(Path.of(uri(first)).getParent())) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".sql"))
                    .toList();
        }
    }

    private static URI uri(URL file) {
        try {
            return file.toURI();
        } catch (URISyntaxException e) {
            throw new IllegalStateException("'" + file + "': expected the address of a file", e);
        }
    }

    /** Flyway's checksum: CRC32 over the lines without their ends. */
    private static int checksum(String script) throws IOException {
        CRC32 checksum = new CRC32();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(
                        ShippedMigrations.class.getResourceAsStream("/" + FOLDER + "/" + script), script),
                StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                checksum.update(line.getBytes(StandardCharsets.UTF_8));
            }
        }
        return (int) checksum.getValue();
    }
}
