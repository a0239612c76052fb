package dev.slipway.testing.instance;

import dev.slipway.domain.access.ProjectId;
import dev.slipway.domain.image.ImageDigest;
import dev.slipway.domain.instance.InstanceTemplate;
import dev.slipway.domain.instance.Placement;
import dev.slipway.domain.model.ModelType;
import dev.slipway.domain.pool.Flavor;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;

/** Makes valid instance templates. */
public final class Templates {

    private Templates() {}

    /** A template whose image is named by the label. */
    public static InstanceTemplate labelled(String label) {
        return InstanceTemplate.ofEngine(
                imageOf(label),
                label,
                ModelType.CUSTOM,
                new Flavor("modelarts.vm.cpu.2u", 2, 8192, "CPU"),
                Map.of(),
                Duration.ofSeconds(5),
                new Placement(
                        "default", new ProjectId("0123456789abcdef0123456789abcdef"), Map.of(Placement.MODEL, "m-1")));
    }

    private static ImageDigest imageOf(String label) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(label.getBytes(StandardCharsets.UTF_8));
            return new ImageDigest("sha256:" + HexFormat.of().formatHex(digest));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }
}
