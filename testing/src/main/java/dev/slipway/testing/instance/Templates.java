package dev.slipway.testing.instance;

import dev.slipway.domain.image.ImageDigest;
import dev.slipway.domain.instance.InstanceTemplate;
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
        return new InstanceTemplate(
                imageOf(label),
                label,
                ModelType.CUSTOM,
                new Flavor("modelarts.vm.cpu.2u", 2, 8192, "CPU"),
                Map.of(),
                Duration.ofSeconds(5));
    }

    /** The same template with an environment. */
    public static InstanceTemplate withEnvs(InstanceTemplate template, Map<String, String> envs) {
        return new InstanceTemplate(
                template.image(), template.label(), template.type(), template.flavor(), envs, template.drain());
    }

    /** The same template with another time to drain. */
    public static InstanceTemplate withDrain(InstanceTemplate template, Duration drain) {
        return new InstanceTemplate(
                template.image(), template.label(), template.type(), template.flavor(), template.envs(), drain);
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
