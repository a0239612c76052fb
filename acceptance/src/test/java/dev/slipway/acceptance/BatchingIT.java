package dev.slipway.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.adapters.objectstore.S3ObjectStore;
import dev.slipway.client.Answer;
import dev.slipway.client.SlipwayClient;
import dev.slipway.domain.storage.ObjectUri;
import dev.slipway.formats.wire.WireJson;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** {@code batching} of config.json on a running installation: callers who share a call, one error among them, and a package that lacks the method. */
@Timeout(600)
class BatchingIT {

    private static final int CALLERS = 24;
    private static final String CONFIG =
            TestPackages.ECHO_CONFIG.replaceFirst("\\{", "{\"batching\": {\"size\": 16, \"wait_ms\": 100},");
    private static final String CODE = """
            from model_service.model_service import SingleNodeService

            class Joined(SingleNodeService):
                def _inference_batch(self, requests):
                    if any(one["id"] == "poison" for one in requests):
                        raise ValueError("poisoned")
                    return [{"id": one["id"], "together": len(requests)} for one in requests]
            """;

    @Test
    void callersShareACallAndAnErrorCostsItsOwnAlone() throws Exception {
        try (RunningSlipway slipway = RunningSlipway.onNewFolder()) {
            slipway.up();
            Map<String, String> env = slipway.env();
            ObjectUri root = new ObjectUri(RunningSlipway.value(env, "SLIPWAY_BUCKET"), "batching/");
            try (SlipwayClient client = slipway.client();
                    S3ObjectStore objects = RunningSlipway.objects(env)) {
                InstallationSteps steps = new InstallationSteps(client, objects);
                String lacking = steps.createModel(
                        "lacking",
                        "0.0.1",
                        TestPackages.write(
                                objects, root.resolve("lacking/"), CONFIG, CODE.replace("_batch(self", "(self")));
                // The config of the request counts, whether or not the package has one.
                String model = sent(client, "joined", TestPackages.write(objects, root.resolve("joined/"), null, CODE));
                String replaced = sent(
                        client,
                        "replaced",
                        TestPackages.write(
                                objects,
                                root.resolve("replaced/"),
                                TestPackages.ECHO_CONFIG,
                                CODE.replace("_batch(self", "(self")));
                assertThat(steps.ended(model).modelStatus())
                        .as("%s", client.models().events(model, Map.of()))
                        .isEqualTo("published");
                assertThat(steps.ended(replaced).modelStatus()).isEqualTo("failed");
                assertThat(steps.ended(lacking).modelStatus()).isEqualTo("failed");
                assertThat(client.models().events(lacking, Map.of()).toString())
                        .contains("config.json declares 'batching' and class 'Joined' has no _inference_batch");

                String address = steps.address(steps.deploy("joined", model, 1));
                List<HttpResponse<String>> answers = ask(client, address, "x");
                assertThat(answers).allMatch(answer -> answer.statusCode() == 200);
                List<JsonNode> bodies = answers.stream()
                        .map(answer -> WireJson.tree(answer.body()))
                        .toList();
                for (int caller = 0; caller < CALLERS; caller++) {
                    assertThat(bodies.get(caller).path("id").stringValue()).isEqualTo("x" + caller);
                }
                assertThat(bodies)
                        .as("several in one call")
                        .anyMatch(body -> body.path("together").intValue() > 1)
                        .allMatch(body -> body.path("together").intValue() <= 16);

                List<HttpResponse<String>> poisoned = ask(client, address, "poison");
                assertThat(poisoned.getFirst().statusCode()).isEqualTo(500);
                assertThat(poisoned.getFirst().headers().firstValue("X-Error-Cause"))
                        .contains("ValueError: poisoned");
                assertThat(poisoned.subList(1, CALLERS)).allMatch(answer -> answer.statusCode() == 200);
            }
        }
    }

    /** The id of a model whose config comes with the request. */
    private static String sent(SlipwayClient client, String name, ObjectUri source) {
        Answer answer = client.call("POST", "/models", """
                {"model_name": "%s", "model_version": "0.0.1", "model_type": "Custom", "source_location": "%s",
                 "initial_config": %s}""".formatted(name, source, CONFIG));
        assertThat(answer.status()).as("%s", answer.text()).isEqualTo(200);
        return WireJson.tree(answer.text()).path("model_id").stringValue();
    }

    /** The answers to that many callers at once; the first sends {@code poison} as it is, all others a number behind it. */
    private static List<HttpResponse<String>> ask(SlipwayClient client, String address, String id) {
        try (HttpClient http = HttpClient.newHttpClient()) {
            List<CompletableFuture<HttpResponse<String>>> open = new ArrayList<>();
            for (int caller = 0; caller < CALLERS; caller++) {
                String text = id.equals("poison") && caller == 0 ? id : id + caller;
                open.add(http.sendAsync(
                        client.prediction(address, "{\"id\":\"%s\"}".formatted(text)),
                        HttpResponse.BodyHandlers.ofString()));
            }
            return open.stream().map(CompletableFuture::join).toList();
        }
    }
}
