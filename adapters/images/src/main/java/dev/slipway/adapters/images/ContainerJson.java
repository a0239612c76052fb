package dev.slipway.adapters.images;

import dev.slipway.domain.image.ImageStart;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The JSON documents of images that others have built. */
final class ContainerJson {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String SHA256 = "sha256:[0-9a-f]{64}";
    private static final String TAG = "org.opencontainers.image.ref.name";
    private static final int MOST_LAYERS = 500;

    private ContainerJson() {}

    /** What is no document of an image, or none that is read here. */
    static final class Unreadable extends Exception {

        private static final long serialVersionUID = 1L;

        Unreadable(String message) {
            super(message);
        }
    }

    /** A blob as a document names it. */
    record Descriptor(String mediaType, String hex, long size) {}

    /**
     * One image.
     *
     * @param layers the lowest first
     */
    record Manifest(Descriptor config, List<Descriptor> layers) {}

    /** An image of an index. */
    record Choice(
            Descriptor manifest,
            @Nullable String tag,
            @Nullable String system,
            @Nullable String architecture) {}

    /** The images of an index; null if the document is that of one image. */
    static @Nullable List<Choice> choices(byte[] document) throws Unreadable {
        JsonNode root = read(document);
        JsonNode manifests = root.path("manifests");
        if (!manifests.isArray()) {
            return null;
        }
        List<Choice> choices = new ArrayList<>();
        for (JsonNode each : manifests) {
            choices.add(new Choice(
                    descriptor(each, "manifests"),
                    text(each.path("annotations").path(TAG)),
                    text(each.path("platform").path("os")),
                    text(each.path("platform").path("architecture"))));
        }
        return choices;
    }

    static Manifest manifest(byte[] document) throws Unreadable {
        JsonNode root = read(document);
        if (root.path("schemaVersion").asInt(0) != 2 || !root.path("layers").isArray()) {
            throw new Unreadable("expected an image manifest of schema version 2 with 'config' and 'layers'");
        }
        List<Descriptor> layers = new ArrayList<>();
        for (JsonNode each : root.path("layers")) {
            Descriptor layer = descriptor(each, "layers");
            if (!layer.mediaType().contains(".tar")
                    || layer.mediaType().contains("encrypted")
                    || layer.mediaType().contains("foreign")) {
                throw new Unreadable("a layer has media type '%s', expected a tar, also compressed by gzip or zstd"
                        .formatted(layer.mediaType()));
            }
            layers.add(layer);
        }
        if (layers.isEmpty() || layers.size() > MOST_LAYERS) {
            throw new Unreadable("%d layers, expected 1 to %d".formatted(layers.size(), MOST_LAYERS));
        }
        return new Manifest(descriptor(root.path("config"), "config"), layers);
    }

    /** The digests of the layers as tars that are not compressed, the lowest first. */
    static List<String> differences(byte[] config) throws Unreadable {
        List<String> digests = new ArrayList<>();
        for (JsonNode each : read(config).path("rootfs").path("diff_ids")) {
            String digest = each.asString("");
            if (!digest.matches(SHA256)) {
                throw new Unreadable("'rootfs.diff_ids' has '%s', expected sha256: and 64 digits".formatted(digest));
            }
            digests.add(digest.substring("sha256:".length()));
        }
        return digests;
    }

    /** As whom and by what an image starts, without a script. */
    static ImageStart start(byte[] document) throws Unreadable {
        JsonNode config = read(document).path("config");
        List<String> command = new ArrayList<>();
        for (String field : List.of("Entrypoint", "Cmd")) {
            config.path(field).forEach(word -> command.add(word.asString("")));
        }
        return new ImageStart(config.path("User").asString(""), command, "");
    }

    private static Descriptor descriptor(JsonNode node, String field) throws Unreadable {
        String digest = node.path("digest").asString("");
        JsonNode size = node.path("size");
        if (!digest.matches(SHA256)) {
            throw new Unreadable("'%s' names a blob '%s', expected sha256: and 64 digits".formatted(field, digest));
        }
        if (!size.isIntegralNumber() || !size.canConvertToLong() || size.asLong() < 0) {
            throw new Unreadable(
                    "'%s' gives %s the size %s, expected a number of bytes".formatted(field, digest, size));
        }
        return new Descriptor(node.path("mediaType").asString(""), digest.substring("sha256:".length()), size.asLong());
    }

    private static JsonNode read(byte[] document) throws Unreadable {
        try {
            JsonNode root = JSON.readTree(document);
            if (root != null && root.isObject()) {
                return root;
            }
        } catch (JacksonException noJson) {
            throw new Unreadable("no JSON: %s".formatted(noJson.getOriginalMessage()));
        }
        throw new Unreadable("expected a JSON object");
    }

    private static @Nullable String text(JsonNode node) {
        return node.isString() ? node.asString() : null;
    }
}
