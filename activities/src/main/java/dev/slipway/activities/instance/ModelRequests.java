package dev.slipway.activities.instance;

import dev.slipway.domain.model.ModelApi;
import dev.slipway.instance.client.InstanceRequest;
import dev.slipway.instance.client.RequestBlock;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Makes requests to models, of batch jobs and of trials. The request id names what it is for in the instance's log. */
public final class ModelRequests {
    private ModelRequests() {}

    /** A request with a JSON body. */
    public static InstanceRequest json(ModelApi api, String id, byte[] json) {
        return request(api, id, "application/json", List.of(json));
    }

    /**
     * Many of them, which differ in their ids and bodies alone.
     *
     * @param idPrefix the id of each is this and its number
     * @param ends of each body in {@code bodies}
     */
    public static RequestBlock jsonBlock(ModelApi api, String idPrefix, long[] numbers, byte[] bodies, int[] ends) {
        return new RequestBlock(
                api.method(),
                encoded(api.url()),
                Map.of("Content-Type", "application/json"),
                idPrefix,
                numbers,
                bodies,
                ends);
    }

    /** A whole file: as a form with one part if the api has a property for a file, otherwise as the body. */
    public static InstanceRequest file(ModelApi api, String id, String fileName, String field, List<byte[]> bytes) {
        if (field.isEmpty()) {
            String declared = api.requestContentType();
            return request(api, id, declared == null ? "application/json" : declared, bytes);
        }
        String boundary = "slipway-" + UUID.randomUUID();
        String head =
                "--%s\r\nContent-Disposition: form-data; name=\"%s\"; filename=\"%s\"\r\nContent-Type: application/octet-stream\r\n\r\n"
                        .formatted(boundary, escaped(field), escaped(fileName));
        List<byte[]> form = new ArrayList<>(bytes.size() + 2);
        form.add(head.getBytes(StandardCharsets.UTF_8));
        form.addAll(bytes);
        form.add("\r\n--%s--\r\n".formatted(boundary).getBytes(StandardCharsets.US_ASCII));
        return request(api, id, "multipart/form-data; boundary=" + boundary, form);
    }

    private static InstanceRequest request(ModelApi api, String id, String contentType, List<byte[]> body) {
        return new InstanceRequest(
                api.method(),
                encoded(api.url()),
                Map.of("Content-Type", contentType.replaceAll("[\\r\\n]", " "), "X-Request-Id", id),
                body);
    }

    /** As specified for browsers (HTML, multipart form data). */
    private static String escaped(String text) {
        return text.replace("\"", "%22").replace("\r", "%0D").replace("\n", "%0A");
    }

    private static String encoded(String path) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c <= 0x20 || c == 0x7f) {
                out.append("%%%02X".formatted((int) c));
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }
}
