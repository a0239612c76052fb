package dev.slipway.adapters.images;

import java.util.List;
import java.util.stream.Collectors;

/** The JSON documents of an image of Slipway, written byte for byte, because their digests are their names. */
final class ReleaseImageJson {

    private ReleaseImageJson() {}

    static String config(List<Blobs.Blob> layers, String version, String commit) {
        return ("{\"created\":\"1970-01-01T00:00:00Z\",\"architecture\":\"%s\",\"os\":\"linux\",\"config\":{"
                        + "\"User\":\"%d:%d\",\"ExposedPorts\":{%s},"
                        + "\"Env\":[\"PATH=/opt/slipway:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\",\"HOME=%s\",\"LANG=C.UTF-8\"],"
                        + "\"Entrypoint\":[\"/opt/slipway/slipway\"],\"Cmd\":[\"up\",\"--data\",\"%s/data\",\"--config\",\"%s\"],"
                        + "\"Volumes\":{\"%s\":{}},\"WorkingDir\":\"%s\",\"StopSignal\":\"SIGTERM\","
                        + "\"Labels\":{\"org.opencontainers.image.title\":\"slipway\",\"org.opencontainers.image.version\":\"%s\","
                        + "\"org.opencontainers.image.revision\":\"%s\"}},"
                        + "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[%s]}}")
                .formatted(
                        architecture(),
                        ReleaseImage.USER,
                        ReleaseImage.USER,
                        ReleaseImage.PORTS.stream()
                                .map("\"%d/tcp\":{}"::formatted)
                                .collect(Collectors.joining(",")),
                        ReleaseImage.HOME,
                        ReleaseImage.HOME,
                        ReleaseImage.SETTINGS,
                        ReleaseImage.HOME,
                        ReleaseImage.HOME,
                        version,
                        commit,
                        layers.stream()
                                .map(layer -> "\"sha256:" + layer.hex() + "\"")
                                .collect(Collectors.joining(",")));
    }

    static String manifest(Blobs.Blob config, List<Blobs.Blob> layers) {
        return "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":{%s},\"layers\":[%s]}"
                .formatted(
                        OciJson.MANIFEST,
                        OciJson.descriptor(OciJson.CONFIG, config),
                        layers.stream()
                                .map(layer -> "{" + OciJson.descriptor(OciJson.LAYER, layer) + "}")
                                .collect(Collectors.joining(",")));
    }

    /** Named for tools that read the name from the layout: skopeo by the first annotation, 'docker load' by the second. */
    static String index(Blobs.Blob manifest, String version) {
        return ("{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"manifests\":[{%s,\"annotations\":{"
                        + "\"org.opencontainers.image.ref.name\":\"%s\",\"io.containerd.image.name\":\"docker.io/library/slipway:%s\"}}]}")
                .formatted(OciJson.descriptor(OciJson.MANIFEST, manifest), version, version);
    }

    private static String architecture() {
        String found = System.getProperty("os.arch");
        return switch (found) {
            case "amd64", "x86_64" -> "amd64";
            case "aarch64" -> "arm64";
            default -> found;
        };
    }
}
