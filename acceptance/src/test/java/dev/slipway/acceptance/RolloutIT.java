package dev.slipway.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.adapters.objectstore.S3ObjectStore;
import dev.slipway.client.SlipwayClient;
import dev.slipway.domain.storage.ObjectUri;
import dev.slipway.formats.wire.WireJson;
import dev.slipway.standalone.load.LoadReport;
import dev.slipway.standalone.load.SteadyLoad;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** P2 and P4 over real processes: parts, control plane and gateway each by itself. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RolloutIT {

    private static final int PER_SECOND = 30;

    private final RunningSlipway slipway;
    private final Map<String, String> env = new LinkedHashMap<>();
    private String modelOne = "";
    private String modelTwo = "";

    RolloutIT() throws Exception {
        slipway = RunningSlipway.onNewFolder();
    }

    @BeforeAll
    void run() throws Exception {
        // All at once on a new folder: whoever is first chooses ports and secrets for the others.
        slipway.run("parts");
        slipway.run("api,worker");
        slipway.run("gateway");
        slipway.awaitApi();
        env.putAll(slipway.env());
        try (SlipwayClient client = slipway.client();
                S3ObjectStore objects = RunningSlipway.objects(env)) {
            ObjectUri root = new ObjectUri(RunningSlipway.value(env, "SLIPWAY_BUCKET"), "rollout/");
            InstallationSteps steps = new InstallationSteps(client, objects);
            modelOne = steps.importModel(
                    "echo", "0.0.1", TestPackages.slowEcho(objects, root.resolve("one/"), "0.0.1", 15));
            modelTwo = steps.importModel(
                    "echo", "0.0.2", TestPackages.slowEcho(objects, root.resolve("two/"), "0.0.2", 15));
        }
    }

    @AfterAll
    void down() throws Exception {
        try (slipway) {
            Histories.check(env);
        }
    }

    @Test
    void failsNoRequestWhenTheControlPlaneIsKilledInTheMiddleOfAnUpgrade() throws Exception {
        try (SlipwayClient client = slipway.client();
                S3ObjectStore objects = RunningSlipway.objects(env)) {
            InstallationSteps steps = new InstallationSteps(client, objects);
            String service = steps.deploy("killed-upgrade", modelOne, 2);
            SteadyLoad load = load(client, steps.address(service));
            steps.update(service, InstallationSteps.entry(modelTwo, 2, Map.of()));
            RunningSlipway.await("the new version answers", Duration.ofSeconds(60), () -> load.report()
                    .versions()
                    .containsKey("0.0.2"));
            slipway.killNine("api,worker");
            slipway.run("api,worker");
            slipway.awaitApi();
            steps.awaitStatus(service, "running");
            LoadReport report = load.stop();
            System.out.println(
                    "upgrade with api and worker killed: " + report.versions() + " failed=" + report.failed());
            assertThat(report.failures()).isEmpty();
            assertThat(report.answered()).isEqualTo(report.sent());
            assertThat(client.predict(steps.address(service), "{\"id\":\"x\"}")).contains("\"0.0.2\"");
            client.services().delete(service);
        }
    }

    @Test
    void goesOnWhenTemporalLosesItsDatabaseInTheMiddleOfAnUpgrade() throws Exception {
        try (SlipwayClient client = slipway.client();
                S3ObjectStore objects = RunningSlipway.objects(env)) {
            InstallationSteps steps = new InstallationSteps(client, objects);
            String service = steps.deploy("wiped-upgrade", modelOne, 2);
            SteadyLoad load = load(client, steps.address(service));
            steps.update(service, InstallationSteps.entry(modelTwo, 2, Map.of()));
            RunningSlipway.await("the new version answers", Duration.ofSeconds(60), () -> load.report()
                    .versions()
                    .containsKey("0.0.2"));
            assertThat(steps.status(service)).isEqualTo("deploying");
            Histories.check(env);
            slipway.wipeTemporal();
            steps.awaitStatus(service, "running");
            LoadReport report = load.stop();
            System.out.println(
                    "upgrade with Temporal's database wiped: " + report.versions() + " failed=" + report.failed());
            assertThat(report.failures()).isEmpty();
            assertThat(report.answered()).isEqualTo(report.sent());
            assertThat(client.predict(steps.address(service), "{\"id\":\"x\"}")).contains("\"0.0.2\"");
            assertThat(client.services()
                            .updateRecords(service)
                            .logs()
                            .getFirst()
                            .result())
                    .isEqualTo("SUCCESS");
            client.services().delete(service);
        }
    }

    @Test
    void holdsWhileAGatewayIsCutOffFromTheDatabaseAndFailsNoRequest() throws Exception {
        try (SlipwayClient client = slipway.client();
                S3ObjectStore objects = RunningSlipway.objects(env)) {
            InstallationSteps steps = new InstallationSteps(client, objects);
            String service = steps.deploy("held-upgrade", modelOne, 2);
            SteadyLoad load = load(client, steps.address(service));
            RunningSlipway.await(
                    "the load is answered",
                    Duration.ofSeconds(30),
                    () -> load.report().answered() > PER_SECOND);
            slipway.cutGatewayOff();
            try {
                steps.update(service, InstallationSteps.entry(modelTwo, 2, Map.of()));
                RunningSlipway.await("an event names the gateway", Duration.ofSeconds(90), () -> steps.events(service)
                        .contains("gateway"));
                assertThat(steps.status(service)).isEqualTo("deploying");
                assertThat(load.report().failures()).isEmpty();
            } finally {
                slipway.reconnectGateway();
            }
            steps.awaitStatus(service, "running");
            LoadReport report = load.stop();
            assertThat(report.failures()).isEmpty();
            assertThat(report.answered()).isEqualTo(report.sent());
            assertThat(client.predict(steps.address(service), "{\"id\":\"x\"}")).contains("\"0.0.2\"");
            client.services().delete(service);
        }
    }

    @Test
    void rollsBackWithoutAFailedRequest() throws Exception {
        try (SlipwayClient client = slipway.client();
                S3ObjectStore objects = RunningSlipway.objects(env)) {
            InstallationSteps steps = new InstallationSteps(client, objects);
            ObjectUri bad = TestPackages.write(
                    objects,
                    new ObjectUri(RunningSlipway.value(env, "SLIPWAY_BUCKET"), "rollout/bad/"),
                    "{\"model_algorithm\":\"bad\",\"model_type\":\"Custom\",\"apis\":[]}",
                    """
                    import os
                    from model_service.model_service import SingleNodeService

                    class Bad(SingleNodeService):
                        def __init__(self, name, path):
                            if os.environ.get("BREAK"):
                                raise RuntimeError("broken by its settings")
                    """);
            String badModel = steps.importModel("bad", "0.0.3", bad);
            String service = steps.deploy("rolled-back", modelOne, 2);
            SteadyLoad load = load(client, steps.address(service));
            steps.update(service, InstallationSteps.entry(badModel, 2, Map.of("BREAK", "yes")));
            steps.awaitStatus(service, "running");
            LoadReport report = load.stop();
            assertThat(report.failures()).isEmpty();
            assertThat(report.versions()).containsOnlyKeys("0.0.1");
            String events = steps.events(service);
            assertThat(events)
                    .contains(
                            "Failed to update service, rollback it.",
                            "Failed to update service, rollback succeeded.",
                            "broken by its settings");
            assertThat(client.services()
                            .updateRecords(service)
                            .logs()
                            .getFirst()
                            .result())
                    .isEqualTo("FAIL");
            client.services().delete(service);
        }
    }

    private static SteadyLoad load(SlipwayClient client, String address) {
        return SteadyLoad.start(client.prediction(address, "{\"id\":\"x\"}"), PER_SECOND, body -> WireJson.tree(body)
                .path("version")
                .asString("?"));
    }
}
