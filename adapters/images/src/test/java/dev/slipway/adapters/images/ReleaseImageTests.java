package dev.slipway.adapters.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReleaseImageTests {

    private static final Pattern DESCRIPTOR = Pattern.compile("\"digest\":\"sha256:([0-9a-f]{64})\",\"size\":(\\d+)");

    @TempDir
    private Path work;

    @BeforeEach
    void makeBaseAndRelease() throws Exception {
        Path root = work.resolve("root");
        write(root.resolve("usr/bin/python3"), "python");
        write(root.resolve("usr/bin/bash"), "bash");
        write(root.resolve("etc/passwd"), "root:x:0:0:root:/root:/bin/bash\n");
        write(root.resolve("etc/group"), "root:x:0:\n");
        tar(root, work.resolve("base.tar"));
        Path release = work.resolve("release");
        write(release.resolve("app/netty.jar"), "of others");
        write(release.resolve("app/slipway-api.jar"), "ours");
        write(release.resolve("java/bin/java"), "java");
        Files.createSymbolicLink(release.resolve("java/bin/jcmd"), Path.of("java"));
        write(release.resolve("slipway"), "#!/usr/bin/env bash\n");
        Files.setPosixFilePermissions(release.resolve("slipway"), PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void isALayoutWhoseDescriptorsAllHold() throws IOException {
        String digest = image().writeTo(work.resolve("layout"));

        assertThat(work.resolve("layout/oci-layout")).hasContent("{\"imageLayoutVersion\":\"1.0.0\"}");
        String index = Files.readString(work.resolve("layout/index.json"));
        assertThat(index).contains(digest).contains("\"org.opencontainers.image.ref.name\":\"1.2.3\"");
        List<String> found = new ArrayList<>();
        followed(work.resolve("layout"), index, found);
        // The manifest, the config and three layers; nothing else lies there.
        assertThat(found).hasSize(5);
        try (var blobs = Files.list(work.resolve("layout/blobs/sha256"))) {
            assertThat(blobs.map(blob -> blob.getFileName().toString())).containsExactlyInAnyOrderElementsOf(found);
        }
    }

    @Test
    void saysHowItIsRun() throws IOException {
        image().writeTo(work.resolve("layout"));

        List<String> found = new ArrayList<>();
        followed(work.resolve("layout"), Files.readString(work.resolve("layout/index.json")), found);
        assertThat(work.resolve("layout/blobs/sha256").resolve(found.get(1)))
                .content()
                .contains("\"User\":\"10001:10001\"")
                .contains("\"ExposedPorts\":{\"7300/tcp\":{},\"7301/tcp\":{}}")
                .contains("\"Entrypoint\":[\"/opt/slipway/slipway\"]")
                .contains("\"Volumes\":{\"/var/lib/slipway\":{}}")
                .contains("\"org.opencontainers.image.revision\":\"abc\"")
                // Uncompressed layers: their digests are those of their content.
                .contains("\"diff_ids\":[\"sha256:%s\",\"sha256:%s\",\"sha256:%s\"]"
                        .formatted(found.get(2), found.get(3), found.get(4)));
    }

    @Test
    void addsItsUserFilesAndSettings() throws Exception {
        image().writeTo(work.resolve("layout"));

        assertThat(listed(2))
                .contains("-rw-r--r-- 0/0")
                .contains("opt/slipway/app/netty.jar")
                .doesNotContain("slipway-api.jar");
        assertThat(listed(2)).contains("opt/slipway/java/bin/jcmd -> java");
        assertThat(listed(3))
                .containsPattern("drwx------ 10001/10001 .* var/lib/slipway/\n")
                .containsPattern("-rwxr-xr-x 0/0 .* opt/slipway/slipway\n")
                .contains("opt/slipway/app/slipway-api.jar")
                .doesNotContain("netty.jar");
        assertThat(content(3, "etc/passwd"))
                .isEqualTo("root:x:0:0:root:/root:/bin/bash\nslipway:x:10001:10001::/var/lib/slipway:/bin/bash\n");
        assertThat(content(3, "etc/group")).isEqualTo("root:x:0:\nslipway:x:10001:\n");
        assertThat(content(3, "etc/slipway/slipway.yml")).contains("api: {host: 0.0.0.0, port: 7300}");
    }

    @Test
    void hasTheSameDigestForTheSameFilesAndTheSameLibrariesForAnotherBuild() throws IOException {
        String digest = image().writeTo(work.resolve("layout"));
        assertThat(image().writeTo(work.resolve("again"))).isEqualTo(digest);

        Files.writeString(work.resolve("release/app/slipway-api.jar"), "ours, changed");
        assertThat(image().writeTo(work.resolve("changed"))).isNotEqualTo(digest);
        List<String> before = new ArrayList<>();
        List<String> after = new ArrayList<>();
        followed(work.resolve("layout"), Files.readString(work.resolve("layout/index.json")), before);
        followed(work.resolve("changed"), Files.readString(work.resolve("changed/index.json")), after);
        assertThat(after.subList(2, 4)).isEqualTo(before.subList(2, 4));
        assertThat(after.get(4)).isNotEqualTo(before.get(4));
    }

    @Test
    void refusesABaseThatCannotCarryIt() throws Exception {
        Files.delete(work.resolve("root/usr/bin/python3"));
        tar(work.resolve("root"), work.resolve("base.tar"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> image().writeTo(work.resolve("layout")))
                .withMessageContaining("bin/python3")
                .withMessageContaining("deploy/image-base.sh");

        Files.writeString(work.resolve("base.tar"), "{\"no\": \"tar\"}".repeat(100));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> image().writeTo(work.resolve("layout")))
                .withMessageContaining("uncompressed tar of a root file system");
    }

    private ReleaseImage image() {
        return new ReleaseImage(work.resolve("base.tar"), work.resolve("release"), "1.2.3", "abc");
    }

    /** Follows the descriptors of a document, in their order, and checks the digest and size of each blob. */
    private static void followed(Path layout, String document, List<String> found) throws IOException {
        Matcher descriptors = DESCRIPTOR.matcher(document);
        while (descriptors.find()) {
            byte[] bytes = Files.readAllBytes(layout.resolve("blobs/sha256/" + descriptors.group(1)));
            assertThat(bytes).hasSize(Integer.parseInt(descriptors.group(2)));
            assertThat(HexFormat.of().formatHex(Blobs.sha256().digest(bytes))).isEqualTo(descriptors.group(1));
            found.add(descriptors.group(1));
            followed(layout, new String(bytes, StandardCharsets.ISO_8859_1), found);
        }
    }

    private String listed(int blob) throws Exception {
        return output("tar", "--numeric-owner", "-tvf", layer(blob).toString());
    }

    private String content(int blob, String name) throws Exception {
        return output("tar", "-xOf", layer(blob).toString(), name);
    }

    /** Layers are 1 to 3; the first blob is the manifest, the second the config. */
    private Path layer(int number) throws IOException {
        List<String> found = new ArrayList<>();
        followed(work.resolve("layout"), Files.readString(work.resolve("layout/index.json")), found);
        return work.resolve("layout/blobs/sha256").resolve(found.get(number + 1));
    }

    private static String output(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    private static void tar(Path root, Path file) throws Exception {
        output("tar", "-C", root.toString(), "-cf", file.toString(), ".");
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
