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

/** Makes wheels of one module each, which says its version, and a package index of them in a folder. */
public final class TinyWheels {

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
        Path folder = index.resolve(name.replace('_', '-'));
        try {
            Files.createDirectories(folder);
            byte[] wheel = wheel(name, version, Map.of(name + ".py", module), List.of(requires));
            Files.write(folder.resolve(fileName(name, version)), wheel);
            StringBuilder page = new StringBuilder("<!DOCTYPE html><html><body>");
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.whl")) {
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
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, String> each : all.entrySet()) {
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
