package dev.slipway.formats.model;

import dev.slipway.formats.json.JsonValue;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The same call in curl, Python and Java. {@code TOKEN} stands for a token of the project. */
final class CallSnippets {

    private CallSnippets() {}

    static CallGuide ofBody(String method, String url, String contentType, String body, @Nullable String mappingRule) {
        String curl = "curl -X %s '%s' -H \"X-Auth-Token: $TOKEN\" -H 'Content-Type: %s' -d '%s'"
                .formatted(method, shell(url), shell(contentType), body);
        String python = """
                import requests

                body = '%s'
                answer = requests.request(%s, %s, data=body.encode(), timeout=60,
                                          headers={"X-Auth-Token": TOKEN, "Content-Type": %s})
                answer.raise_for_status()
                print(answer.json())
                """.formatted(body.replace("\\", "\\\\"), code(method), code(url), code(contentType));
        String java = """
                HttpRequest request = HttpRequest.newBuilder(URI.create(%s))
                        .header("X-Auth-Token", TOKEN)
                        .header("Content-Type", %s)
                        .method(%s, HttpRequest.BodyPublishers.ofString(%s))
                        .build();
                HttpResponse<String> answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
                System.out.println(answer.body());
                """.formatted(code(url), code(contentType), code(method), code(body));
        return new CallGuide(method, url, contentType, body, curl, python, java, mappingRule);
    }

    static CallGuide ofForm(String method, String url, List<String> files, Map<String, String> fields) {
        String curl = "curl -X %s '%s' -H \"X-Auth-Token: $TOKEN\"%s%s"
                .formatted(
                        method,
                        shell(url),
                        files.stream()
                                .map(name -> " -F '%s=@FILE'".formatted(shell(name)))
                                .collect(Collectors.joining()),
                        fields.entrySet().stream()
                                .map(field -> " -F '%s=%s'".formatted(shell(field.getKey()), shell(field.getValue())))
                                .collect(Collectors.joining()));
        String python = """
                import requests

                files = {%s}
                answer = requests.request(%s, %s, files=files,%s timeout=60, headers={"X-Auth-Token": TOKEN})
                answer.raise_for_status()
                print(answer.json())
                """.formatted(
                        files.stream()
                                .map(name -> code(name) + ": open(\"FILE\", \"rb\")")
                                .collect(Collectors.joining(", ")),
                        code(method),
                        code(url),
                        fields.isEmpty()
                                ? ""
                                : " data={%s},"
                                        .formatted(fields.entrySet().stream()
                                                .map(field -> code(field.getKey()) + ": " + code(field.getValue()))
                                                .collect(Collectors.joining(", "))));
        return new CallGuide(
                method, url, MediaTypes.FORM, null, curl, python, javaForm(method, url, files, fields), null);
    }

    private static String javaForm(String method, String url, List<String> files, Map<String, String> fields) {
        StringBuilder parts = new StringBuilder();
        fields.forEach(
                (name, value) -> parts.append("body.write((\"--\" + boundary + %s).getBytes(StandardCharsets.UTF_8));\n"
                        .formatted(code("\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n"
                                .formatted(name, value)))));
        files.forEach(name -> parts.append("""
                body.write(("--" + boundary + %s).getBytes(StandardCharsets.UTF_8));
                body.write(Files.readAllBytes(Path.of("FILE")));
                body.write("\\r\\n".getBytes(StandardCharsets.UTF_8));
                """.formatted(code(
                "\r\nContent-Disposition: form-data; name=\"%s\"; filename=\"FILE\"\r\n\r\n".formatted(name)))));
        return """
                String boundary = "boundary-" + UUID.randomUUID();
                ByteArrayOutputStream body = new ByteArrayOutputStream();
                %sbody.write(("--" + boundary + "--\\r\\n").getBytes(StandardCharsets.UTF_8));
                HttpRequest request = HttpRequest.newBuilder(URI.create(%s))
                        .header("X-Auth-Token", TOKEN)
                        .header("Content-Type", "multipart/form-data; boundary=" + boundary)
                        .method(%s, HttpRequest.BodyPublishers.ofByteArray(body.toByteArray()))
                        .build();
                HttpResponse<String> answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
                System.out.println(answer.body());
                """.formatted(parts, code(url), code(method));
    }

    /** A text of the program: JSON's escapes are also those of Java and Python. */
    private static String code(String text) {
        return JsonValue.quoted(text);
    }

    /** A text between apostrophes. */
    private static String shell(String text) {
        return text.replace("'", "'\\''");
    }
}
