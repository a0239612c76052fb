package dev.slipway.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.adapters.objectstore.S3ObjectStore;
import dev.slipway.client.Answer;
import dev.slipway.client.SlipwayClient;
import dev.slipway.domain.storage.ObjectUri;
import dev.slipway.formats.wire.WireJson;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** Versions of a model on a running installation: a trial prediction, and an alias that a service follows under load. */
@Timeout(600)
class ModelVersionsIT {

    @Test
    void aServiceFollowsItsAliasToAVersionThatAnswersAsExpected() throws Exception {
        try (RunningSlipway slipway = RunningSlipway.onNewFolder()) {
            slipway.up();
            Map<String, String> env = slipway.env();
            ObjectUri root = new ObjectUri(RunningSlipway.value(env, "SLIPWAY_BUCKET"), "versions/");
            try (SlipwayClient client = slipway.client();
                    S3ObjectStore objects = RunningSlipway.objects(env)) {
                InstallationSteps steps = new InstallationSteps(client, objects);
                ObjectUri source = TestPackages.slowEcho(objects, root.resolve("one/"), "one", 0);
                String one = asking(client, "0.0.1", source, "one");
                String two =
                        asking(client, "0.0.2", TestPackages.slowEcho(objects, root.resolve("two/"), "two", 0), "two");
                String wrong = asking(client, "0.0.3", source, "two");
                assertThat(steps.ended(one).modelStatus()).isEqualTo("published");
                assertThat(steps.ended(two).modelStatus()).isEqualTo("published");
                assertThat(steps.ended(wrong).modelStatus()).isEqualTo("failed");
                assertThat(client.models().show(wrong).errorMsg())
                        .startsWith(
                                "the answer is not as expected: 'version' of the answer: expected \"two\", found \"one\"");

                assertThat(ok(client.call("PUT", "/models/" + one + "/aliases/champion", ""))
                                .path("aliases")
                                .toString())
                        .isEqualTo("[\"champion\"]");
                String service = ok(client.call("POST", "/services", """
                                {"service_name":"following","infer_type":"real-time","config":[{"model_id":"echo@champion",
                                 "alias_policy":"follow","specification":"%s","instance_count":1,"weight":100}]}""".formatted(InstallationSteps.FLAVOR)))
                        .path("service_id")
                        .stringValue();
                steps.awaitStatus(service, "running");
                assertThat(client.predict(steps.address(service), "{\"id\":\"x\"}"))
                        .contains("\"one\"");

                ok(client.call("PUT", "/models/" + two + "/aliases/champion", ""));
                steps.awaitStatus(service, "running");
                SlipwayClient.await(
                        "the alias is followed",
                        Duration.ofMinutes(2),
                        () -> client.predict(steps.address(service), "{\"id\":\"x\"}"),
                        answer -> answer.contains("\"two\""),
                        answer -> {});
                assertThat(steps.events(service)).contains("An alias that the service names was moved.");
                assertThat(client.call("DELETE", "/models/" + two, "").text())
                        .contains("'following' (" + service + ")");
            }
        }
    }

    private static String asking(SlipwayClient client, String version, ObjectUri source, String expected) {
        return ok(client.call("POST", "/models", """
                        {"model_name":"echo","model_version":"%s","model_type":"Custom","source_location":"%s",
                         "trial":{"prediction":{"body":{"id":"x"},"expected":{"version":"%s"}}}}""".formatted(version, source, expected)))
                .path("model_id")
                .stringValue();
    }

    private static JsonNode ok(Answer answer) {
        assertThat(answer.status()).as("%s", answer.text()).isEqualTo(200);
        return WireJson.tree(answer.text());
    }
}
