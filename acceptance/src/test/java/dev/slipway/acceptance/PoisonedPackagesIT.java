package dev.slipway.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.adapters.objectstore.S3ObjectStore;
import dev.slipway.client.Answer;
import dev.slipway.client.SlipwayClient;
import dev.slipway.domain.storage.ObjectUri;
import dev.slipway.formats.event.EventShown;
import dev.slipway.formats.model.ModelItem;
import dev.slipway.standalone.load.LoadReport;
import dev.slipway.standalone.load.SteadyLoad;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

/** Packages that harm: each ends with one clear event, leaves no process behind, and a service beside them answers all its requests. */
class PoisonedPackagesIT {

    /** Recognised among all processes of the machine. */
    private static final String ORPHAN = "8640127";

    private static final String HEAD = """
            import os, signal, sys, threading, time
            from model_service.model_service import SingleNodeService
            """;

    /** What the constructor does, and what the cause of the event of its trial start says; "" where the model is published. */
    private static final Map<String, String[]> CONSTRUCTORS = constructors();

    private static Map<String, String[]> constructors() {
        Map<String, String[]> all = new LinkedHashMap<>();
        all.put("exit", new String[] {"sys.exit(0)", "SystemExit"});
        all.put("end-the-process", new String[] {"os._exit(0)", "code 0"});
        all.put("no-end", new String[] {"while True: pass", "20 s"});
        all.put("memory", new String[] {
            "self.held = [bytearray(b'x') * (8 << 20) for _ in range(100)]; time.sleep(30)", "[Mm]emory"
        });
        all.put("processes", new String[] {
            "for _ in range(600): os.fork() or time.sleep(60)\n        time.sleep(60)", "processes|MB of memory"
        });
        all.put("close-all", new String[] {"os.closerange(0, 256)", "descriptor"});
        all.put("deep", new String[] {"f = lambda: f(); f()", "RecursionError"});
        all.put("log", new String[] {"[print('x' * 1000) for _ in range(30000)]", ""});
        all.put("threads", new String[] {"threading.Thread(target=lambda: 1 / 0).start()", "ZeroDivisionError"});
        all.put("orphans", new String[] {
            "pid = os.fork()\n        if pid == 0:\n            os.setsid()\n"
                    + "            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP): signal.signal(number, signal.SIG_IGN)\n"
                    + "            os.fork()\n"
                    + "            os.execv(sys.executable, [sys.executable, '-c', 'import time; time.sleep(" + ORPHAN
                    + ")'])",
            ""
        });
        return all;
    }

    /** Answers what the package's file had when the instance started, and has written into it since. */
    private static final String WRITES = HEAD + """
            class Writes(SingleNodeService):
                def __init__(self, model_name, model_path):
                    super().__init__(model_name, model_path)
                    file = os.path.join(os.path.dirname(os.path.abspath(__file__)), "weights.json")
                    with open(file) as opened:
                        self.read = opened.read()
                    with open(file, "w") as opened:
                        opened.write("spoiled")

                def _inference(self, data):
                    what = data["id"]
                    if what == "exit":
                        sys.exit(0)
                    if what == "deep":
                        return self._inference(data)
                    if what == "huge":
                        return {"text": "x" * (40 << 20)}
                    if what == "strange":
                        return {"value": object()}
                    return {"read": self.read}
            """;

    @Test
    void harmNobodyElse() throws Exception {
        try (RunningSlipway slipway = RunningSlipway.withSmallTrials()) {
            slipway.up();
            Map<String, String> env = slipway.env();
            try (SlipwayClient client = slipway.client();
                    S3ObjectStore objects = RunningSlipway.objects(env)) {
                ObjectUri root = new ObjectUri(RunningSlipway.value(env, "SLIPWAY_BUCKET"), "poison/");
                InstallationSteps steps = new InstallationSteps(client, objects);
                String good = steps.deploy(
                        "good",
                        steps.importModel("good", "0.0.1", TestPackages.echoWithoutLog(objects, root.resolve("good/"))),
                        1);
                SteadyLoad load =
                        SteadyLoad.start(client.prediction(steps.address(good), "{\"id\":\"1\"}"), 10, body -> "");

                importAll(steps, client, objects, root);
                spoiledFilesAreTheInstancesOwn(steps, client, objects, root);

                LoadReport report = load.stop();
                assertThat(report.failures()).isEmpty();
                assertThat(report.answered()).isEqualTo(report.sent()).isPositive();
                assertThat(orphans()).as("processes left behind").isEmpty();
            }
        }
    }

    private static void importAll(
            InstallationSteps steps, SlipwayClient client, S3ObjectStore objects, ObjectUri root) {
        Map<String, String> models = new LinkedHashMap<>();
        CONSTRUCTORS.forEach((name, poison) -> models.put(
                name,
                steps.createModel(
                        name,
                        "0.0.1",
                        TestPackages.write(
                                objects,
                                root.resolve(name + "/"),
                                TestPackages.ECHO_CONFIG,
                                HEAD + """
                                class Poison(SingleNodeService):
                                    def __init__(self, model_name, model_path):
                                        super().__init__(model_name, model_path)
                                        %s

                                    def _inference(self, data):
                                        return data
                                """.formatted(poison[0])))));
        SoftAssertions each = new SoftAssertions();
        models.forEach((name, id) -> {
            ModelItem ended = steps.ended(id);
            String cause = Objects.requireNonNull(CONSTRUCTORS.get(name))[1];
            List<EventShown> bad = client.models().events(id, Map.of()).page().events().stream()
                    .filter(event -> event.eventType().equals("abnormal"))
                    .filter(event -> event.eventInfo().equals("The model could not be started in a trial start."))
                    .toList();
            System.out.printf(
                    "%-16s %s %s%n",
                    name,
                    ended.modelStatus(),
                    bad.stream().map(EventShown::cause).toList());
            each.assertThat(ended.modelStatus())
                    .as("%s: %s", name, bad)
                    .isEqualTo(cause.isEmpty() ? "published" : "failed");
            if (!cause.isEmpty()) {
                each.assertThat(bad).as(name).hasSize(1);
                each.assertThat(String.valueOf(bad)).as(name).containsPattern(cause);
            }
        });
        each.assertAll();
    }

    private static void spoiledFilesAreTheInstancesOwn(
            InstallationSteps steps, SlipwayClient client, S3ObjectStore objects, ObjectUri root) throws Exception {
        String model = steps.importModel(
                "writes",
                "0.0.1",
                TestPackages.write(objects, root.resolve("writes/"), TestPackages.ECHO_CONFIG, WRITES));
        String service = steps.deploy("writes", model, 2);
        URI address = URI.create(steps.address(service));
        assertThat(answers(client, address, "1", 4))
                .allMatch(answer -> answer.equals("200 {\"read\":\"{}\"}"), "what the image has");
        for (String poison : List.of("exit", "deep", "strange")) {
            assertThat(answers(client, address, poison, 2)).as(poison).allMatch(answer -> answer.startsWith("500 "));
        }
        assertThat(answers(client, address, "huge", 1))
                .allMatch(answer -> answer.length() > 40 << 20 || !answer.startsWith("200 "));
        assertThat(answers(client, address, "1", 4))
                .as("after all that")
                .allMatch(answer -> answer.equals("200 {\"read\":\"{}\"}"));
        client.services().delete(service);
    }

    private static List<String> answers(SlipwayClient client, URI address, String id, int count) throws Exception {
        List<String> answers = new ArrayList<>();
        for (int number = 0; number < count; number++) {
            HttpRequest request = client.prediction(address.toString(), "{\"id\":\"%s\"}".formatted(id));
            Answer answer = RunningSlipway.send(request);
            answers.add(answer.status() + " " + answer.text().replace(" ", ""));
        }
        return answers;
    }

    /** Processes of the package "orphans" that still run. */
    private static List<String> orphans() throws IOException {
        List<String> found = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                String words = commandOf(process);
                if (words.contains(ORPHAN)) {
                    found.add(process + " " + words);
                }
            }
        }
        return found;
    }

    private static String commandOf(Path process) {
        try {
            return Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1);
        } catch (IOException ended) {
            return "";
        }
    }
}
