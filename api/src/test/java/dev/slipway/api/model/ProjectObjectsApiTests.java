package dev.slipway.api.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.RunningApi;
import dev.slipway.api.RunningApi.Answer;
import dev.slipway.domain.storage.ObjectGrant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a project may import where objects belong to projects. */
class ProjectObjectsApiTests {

    private static final RunningApi API = new RunningApi(
            RunningApi.TEMPORAL,
            List.of(
                    new ObjectGrant("acme", "one", List.of(ObjectGrant.folder("data/one"))),
                    new ObjectGrant("acme", "two", List.of(ObjectGrant.folder("data/two")))));
    private static final String LOGIN = """
            {"auth":{"identity":{"methods":["password"],"password":{"user":{"name":"alice","password":"wonderland",
             "domain":{"name":"acme"}}}},"scope":{"project":{"name":"one"}}}}""";

    @AfterAll
    static void close() {
        API.close();
    }

    @ParameterizedTest
    @CsvSource({
        "m1, one/iris/, , 200",
        "m2, two/iris/, , 403",
        "m3, one2/iris/, , 403",
        "m4, one%2F..%2Ftwo/iris/, , 400",
        "m5, one/iris/, two/customize_service.py, 403",
        "m6, one/iris/, one/customize_service.py, 200",
        "m7, , , 403"
    })
    void importsItsOwnPackagesAlone(String name, String folder, String code, int status) throws Exception {
        Answer login = API.send("POST", "/v3/auth/tokens", LOGIN, Map.of());
        String project = login.body().path("token").path("project").path("id").stringValue();
        String host = "https://data.obs.local/";
        String body = """
                {"model_name":"%s","model_version":"0.0.1","model_type":"Custom","source_location":"%s"%s}""".formatted(
                        name,
                        host + (folder == null ? "" : folder),
                        code == null ? "" : ",\"execution_code\":\"%s\"".formatted(host + code));

        Answer answer = API.send(
                "POST",
                "/v1/%s/models".formatted(project),
                body,
                Map.of("X-Auth-Token", login.header("X-Subject-Token")));

        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(status);
        if (status == 403) {
            assertThat(answer.code()).isEqualTo("ModelArts.0108");
            assertThat(answer.message())
                    .contains(
                            "project 'one' may use [data/one/] only, by the rule 'objects' of project 'one' of account 'acme'");
        }
    }
}
