package dev.slipway.formats.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.formats.batch.MappingRule;
import dev.slipway.formats.batch.RowRequest;
import dev.slipway.formats.json.JsonDocument;
import dev.slipway.formats.json.JsonSource;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class CallGuideTests {

    private static final String GATEWAY = "https://infer.example.com:8443";

    @Test
    void makesABodyAndARuleFromTheSchema() {
        CallGuide guide = guide("""
                {"type": "object", "properties": {"data": {"type": "object", "properties": {"req_data": {"type": "array", "items": [
                  {"type": "object", "properties": {"sepal's": {"type": "number"}, "kind": {"type": "string", "enum": ["a", "b"]},
                    "count": {"type": "int", "minimum": 3}, "is": {"type": "boolean"}}}]}}}}}""");

        assertThat(guide.url()).isEqualTo(GATEWAY + "/v1/infers/SERVICE_ID");
        assertThat(guide.exampleBody())
                .isEqualTo(
                        "{\"data\": {\"req_data\": [{\"sepal\\u0027s\": 0.5, \"kind\": \"a\", \"count\": 3, \"is\": true}]}}");
        assertThat(guide.mappingRule())
                .isEqualTo(
                        "{\"type\":\"object\",\"properties\":{\"data\":{\"type\":\"object\",\"properties\":{\"req_data\":{\"type\":\"array\",\"items\":[{\"type\":\"object\",\"properties\":{\"sepal's\":{\"type\":\"number\",\"index\":0},\"kind\":{\"type\":\"string\",\"index\":1},\"count\":{\"type\":\"integer\",\"index\":2},\"is\":{\"type\":\"boolean\",\"index\":3}}}]}}}}}");
        assertThat(MappingRule.parse(String.valueOf(guide.mappingRule())).request(List.of("1.5", "b", "4", "false")))
                .isEqualTo(new RowRequest.Body(
                        "{\"data\":{\"req_data\":[{\"sepal's\":1.5,\"kind\":\"b\",\"count\":4,\"is\":false}]}}"));
        assertThat(guide.curl())
                .startsWith("curl -X POST '" + guide.url()
                        + "' -H \"X-Auth-Token: $TOKEN\" -H 'Content-Type: application/json' -d '{");
        assertThat(guide.python()).contains("\\\\u0027s", "requests.request(\"POST\", \"" + guide.url() + "\"");
        assertThat(guide.java()).contains("URI.create(\"" + guide.url() + "\")", "\\\"kind\\\": \\\"a\\\"");
        assertThat(JsonDocument.read(
                        JsonSource.named("body", ErrorCode.PARAMETER), String.valueOf(guide.exampleBody())))
                .isNotNull();
    }

    @Test
    void sendsFilesAsAForm() {
        CallGuide guide = guide(
                "{\"type\":\"object\",\"properties\":{\"images\":{\"type\":\"file\"},\"score\":{\"type\":\"number\"}}}");

        assertThat(guide.contentType()).isEqualTo("multipart/form-data");
        assertThat(guide.exampleBody()).isNull();
        assertThat(guide.mappingRule()).isNull();
        assertThat(guide.curl()).endsWith(" -F 'images=@FILE' -F 'score=0.5'");
        assertThat(guide.python())
                .contains("files = {\"images\": open(\"FILE\", \"rb\")}", "data={\"score\": \"0.5\"}");
        assertThat(guide.java())
                .contains("name=\\\"images\\\"; filename=\\\"FILE\\\"", "multipart/form-data; boundary=");
    }

    @Test
    void takesMisspeltKeysOfTheSchemaForWhatIsMeant() {
        assertThat(guide("{\"type\":\"object\",\"roperties\":{\"a\":{\"type\":\"float\"}}}")
                        .exampleBody())
                .isEqualTo("{\"a\": 0.5}");
    }

    @Test
    void aModelWithoutApisIsCalledByPost() {
        String config = "{\"model_algorithm\":\"a\",\"model_type\":\"Custom\"}";

        assertThat(CallGuide.of(ModelConfigReader.readFile(config.getBytes(StandardCharsets.UTF_8)), GATEWAY))
                .singleElement()
                .satisfies(guide -> {
                    assertThat(guide.method()).isEqualTo("POST");
                    assertThat(guide.exampleBody()).isEqualTo("{}");
                    assertThat(guide.mappingRule()).isNull();
                });
    }

    private static CallGuide guide(String schema) {
        String config = "{\"model_algorithm\":\"a\",\"model_type\":\"Custom\",\"apis\":[{\"request\":{\"data\":%s}}]}"
                .formatted(schema);
        return CallGuide.of(ModelConfigReader.readFile(config.getBytes(StandardCharsets.UTF_8)), GATEWAY)
                .getFirst();
    }
}
