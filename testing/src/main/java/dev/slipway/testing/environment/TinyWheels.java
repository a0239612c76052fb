package dev.slipway.testing.environment;

import dev.slipway.domain.environment.Wheels;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Makes wheels and source packages of one module each, which says its version, and a package index of them in a folder. */
public final class TinyWheels {

    private static final String BACKEND = """
            import os, zipfile

            def code(directory):
            %s
            def build_wheel(directory, config_settings=None, metadata_directory=None):
                said = code(directory)
                name, version = "%s", "%s"
                info = "%%s-%%s.dist-info/" %% (name, version)
                wheel = "%%s-%%s-py3-none-any.whl" %% (name, version)
                with zipfile.ZipFile(os.path.join(directory, wheel), "w") as file:
                    file.writestr(name + ".py", "VERSION = %%r\\nSAID = %%r\\n" %% (version, said))
                    file.writestr(info + "METADATA", "Metadata-Version: 2.1\\nName: %%s\\nVersion: %%s\\n" %% (name, version))
                    file.writestr(info + "WHEEL", "Wheel-Version: 1.0\\nGenerator: tiny\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
                    file.writestr(info + "RECORD", "%%s.py,,\\n%%sMETADATA,,\\n%%sWHEEL,,\\n%%sRECORD,,\\n" %% (name, info, info, info))
                return wheel
            """;

    private final Path index;

    /** @param folder for the index; must exist */
    public TinyWheels(Path folder) {
        this.index = folder.resolve("simple");
    }

    /** The address of the index. */
    public String address() {
        return index.toUri().toString();
    }

    /** Adds a wheel to the index: the module {@code name}, whose VERSION is the version. */
    public TinyWheels with(String name, String version, String... requires) {
        return withModule(name, version, "VERSION = '%s'%n".formatted(version), requires);
    }

    /** The same with that text of the module. */
    public TinyWheels withModule(String name, String version, String module, String... requires) {
        byte[] wheel = wheel(name, version, Map.of(name + ".py", module), List.of(requires));
        return add(name, fileName(name, version), wheel);
    }

    /**
     * Adds a source package to the index: the module {@code name}, whose VERSION is the version, and whose SAID is what the code gave.
     *
     * @param code runs when its wheel is built, in the function {@code code(directory)}, which is given where that goes
     * @param requires for the build
     */
    public TinyWheels withSource(String name, String version, String code, String... requires) {
        return add(name, "%s-%s.zip".formatted(name, version), source(name, version, code, List.of(requires)));
    }

    /** A source package, with a build back end of its own in it. */
    public static byte[] source(String name, String version, String code, List<String> requires) {
        String folder = "%s-%s/".formatted(name, version);
        StringBuilder quoted = new StringBuilder();
        requires.forEach(each -> quoted.append('"').append(each).append("\", "));
        return zip(Map.of(
                folder + "pyproject.toml",
                "[build-system]\nrequires = [%s]\nbuild-backend = \"tiny_backend\"\nbackend-path = [\".\"]\n"
                        .formatted(quoted),
                folder + "tiny_backend.py",
                BACKEND.formatted(code.stripTrailing().indent(4), name, version)));
    }

    private TinyWheels add(String name, String file, byte[] bytes) {
        Path folder = index.resolve(name.replace('_', '-'));
        try {
            Files.createDirectories(folder);
            Files.write(folder.resolve(file), bytes);
            StringBuilder page = new StringBuilder("<!DOCTYPE html><html><body>");
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.{whl,zip}")) {
                files.forEach(each -> page.append("<a href=\"%1$s\">%1$s</a>%n".formatted(each.getFileName())));
            }
            Files.writeString(folder.resolve("index.html"), page.append("</body></html>"));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return this;
    }

    /** Of a pure Python wheel. */
    public static String fileName(String name, String version) {
        return "%s-%s-py3-none-any.whl".formatted(name, version);
    }

    /** A wheel of these files. */
    public static byte[] wheel(String name, String version, Map<String, String> files, List<String> requires) {
        String info = "%s-%s.dist-info/".formatted(name, version);
        StringBuilder metadata =
                new StringBuilder("Metadata-Version: 2.1\nName: %s\nVersion: %s\n".formatted(name, version));
        requires.forEach(each -> metadata.append("Requires-Dist: ").append(each).append('\n'));
        Map<String, String> all = new TreeMap<>(files);
        all.put(info + "METADATA", metadata.toString());
        all.put(info + "WHEEL", "Wheel-Version: 1.0\nGenerator: tiny\nRoot-Is-Purelib: true\nTag: py3-none-any\n");
        StringBuilder record = new StringBuilder();
        all.keySet().forEach(each -> record.append(each).append(",,\n"));
        all.put(info + "RECORD", record.append(info).append("RECORD,,\n").toString());
        return zip(all);
    }

    private static byte[] zip(Map<String, String> files) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, String> each : new TreeMap<>(files).entrySet()) {
                zip.putNextEntry(new ZipEntry(each.getKey()));
                write(zip, each.getValue());
                zip.closeEntry();
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }

    /** As a specification names it. */
    public static String digest(byte[] wheel) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(wheel));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** One wheel, as a package has it. */
    public static Wheels only(String name, byte[] wheel) {
        return asked -> {
            if (!asked.equals(name)) {
                throw new IOException("there is no wheel '%s'".formatted(asked));
            }
            return new ByteArrayInputStream(wheel);
        };
    }
}
