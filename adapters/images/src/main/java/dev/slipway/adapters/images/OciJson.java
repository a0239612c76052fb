package dev.slipway.adapters.images;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The JSON documents of an image. They are written byte for byte, because their digests are their names. */
final class OciJson {

    static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    static final String LAYOUT = "{\"imageLayoutVersion\":\"1.0.0\"}";

    static final String CONFIG = "application/vnd.oci.image.config.v1+json";
    static final String LAYER = "application/vnd.oci.image.layer.v1.tar";
    private static final Pattern DESCRIPTOR =
            Pattern.compile("\"mediaType\":\"([^\"]+)\",\"digest\":\"sha256:([0-9a-f]{64})\",\"size\":(\\d+)");

    private OciJson() {}

    /** @param layers the lowest first */
    static String config(List<Blobs.Blob> layers) {
        String digests = layers.stream()
                .map(layer -> "\"sha256:%s\"".formatted(layer.hex()))
                .collect(Collectors.joining(","));
        return ("{\"created\":\"1970-01-01T00:00:00Z\",\"architecture\":\"amd64\",\"os\":\"linux\","
                        + "\"config\":{\"WorkingDir\":\"/%s\"},"
                        + "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[%s]}}")
                .formatted(ModelLayer.ROOT, digests);
    }

    static String manifest(String label, Blobs.Blob config, List<Blobs.Blob> layers) {
        String all = layers.stream()
                .map(layer -> "{%s}".formatted(descriptor(LAYER, layer)))
                .collect(Collectors.joining(","));
        return "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":{%s},\"layers\":[%s],\"annotations\":{\"org.opencontainers.image.title\":\"%s\"}}"
                .formatted(MANIFEST, descriptor(CONFIG, config), all, escaped(label));
    }

    /** The layout's list of manifests, sorted by digest. */
    static String index(Map<String, Long> manifests) {
        StringBuilder out = new StringBuilder(
                "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"manifests\":[");
        String separator = "";
        for (Map.Entry<String, Long> manifest : new TreeMap<>(manifests).entrySet()) {
            out.append(separator)
                    .append('{')
                    .append(descriptor(MANIFEST, new Blobs.Blob(manifest.getKey(), manifest.getValue())))
                    .append('}');
            separator = ",";
        }
        return out.append("]}").toString();
    }

    /** The manifests in an index that Slipway wrote, digest to size. */
    static Map<String, Long> manifestsOf(String index) {
        return descriptors(index, MANIFEST);
    }

    /** Those of any image, also of one that others have built. */
    static Parts partsOf(byte[] manifest) {
        try {
            ContainerJson.Manifest read = ContainerJson.manifest(manifest);
            return new Parts(
                    read.config().hex(),
                    read.layers().stream().map(ContainerJson.Descriptor::hex).toList());
        } catch (ContainerJson.Unreadable wrong) {
            throw new IllegalStateException("image manifest: %s".formatted(wrong.getMessage()), wrong);
        }
    }

    private static Map<String, Long> descriptors(String json, String mediaType) {
        Map<String, Long> found = new LinkedHashMap<>();
        Matcher matcher = DESCRIPTOR.matcher(json);
        while (matcher.find()) {
            if (matcher.group(1).equals(mediaType)) {
                found.put(Objects.requireNonNull(matcher.group(2)), Long.valueOf(matcher.group(3)));
            }
        }
        return found;
    }

    static String descriptor(String mediaType, Blobs.Blob blob) {
        return "\"mediaType\":\"%s\",\"digest\":\"sha256:%s\",\"size\":%d"
                .formatted(mediaType, blob.hex(), blob.size());
    }

    private static String escaped(String text) {
        return text.replaceAll("[\\x00-\\x1f\"\\\\]", "_");
    }

    /**
     * Digests of the blobs of an image, beside its manifest.
     *
     * @param layers the lowest first
     */
    record Parts(String config, List<String> layers) {}
}
