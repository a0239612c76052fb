package dev.slipway.activities.batch;

import dev.slipway.domain.instance.MisdirectedRequest;
import dev.slipway.domain.model.ModelApi;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * A request to a model, ready to be sent any number of times.
 *
 * @param id names the record in the instance's log
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, never kept
record ModelRequest(String method, String path, String contentType, String id, byte[] body) {
    static ModelRequest json(ModelApi api, String id, String json) {
        return new ModelRequest(api.method(), api.url(), "application/json", id, json.getBytes(StandardCharsets.UTF_8));
    }

    /** A whole file: as a form with one part if the api has a property for a file, else as the body itself. */
    static ModelRequest file(ModelApi api, String id, String fileName, String field, byte[] bytes) {
        if (field.isEmpty()) {
            String declared = api.requestContentType();
            return new ModelRequest(
                    api.method(), api.url(), declared == null ? "application/json" : declared, id, bytes);
        }
        String boundary = "slipway-" + UUID.randomUUID();
        ByteArrayOutputStream form = new ByteArrayOutputStream(bytes.length + 400);
        String head =
                "--%s\r\nContent-Disposition: form-data; name=\"%s\"; filename=\"%s\"\r\nContent-Type: application/octet-stream\r\n\r\n"
                        .formatted(boundary, escaped(field), escaped(fileName));
        form.writeBytes(head.getBytes(StandardCharsets.UTF_8));
        form.writeBytes(bytes);
        form.writeBytes("\r\n--%s--\r\n".formatted(boundary).getBytes(StandardCharsets.US_ASCII));
        return new ModelRequest(
                api.method(), api.url(), "multipart/form-data; boundary=" + boundary, id, form.toByteArray());
    }

    /** All that is written for it: one write, since two would wait for each other (Nagle). */
    byte[] bytes(String host, String instance) {
        String head = "%s %s HTTP/1.1\r\nHost: %s\r\nContent-Type: %s\r\nContent-Length: %d\r\nX-Request-Id: %s\r\n"
                        .formatted(method, encoded(path), host, line(contentType), body.length, id)
                + "%s: %s\r\n\r\n".formatted(MisdirectedRequest.HEADER, instance);
        byte[] headBytes = head.getBytes(StandardCharsets.ISO_8859_1);
        byte[] all = new byte[headBytes.length + body.length];
        System.arraycopy(headBytes, 0, all, 0, headBytes.length);
        System.arraycopy(body, 0, all, headBytes.length, body.length);
        return all;
    }

    /** As browsers do it (HTML, multipart form data). */
    private static String escaped(String text) {
        return text.replace("\"", "%22").replace("\r", "%0D").replace("\n", "%0A");
    }

    private static String encoded(String path) {
        StringBuilder out = new StringBuilder();
        for (byte b : path.getBytes(StandardCharsets.UTF_8)) {
            if (b <= 0x20 || b == 0x7f) { // bytes above 0x7f are negative
                out.append("%%%02X".formatted(b & 0xff));
            } else {
                out.append((char) b);
            }
        }
        return out.toString();
    }

    private static String line(String text) {
        return text.replaceAll("[\\r\\n]", " ");
    }
}
