package dev.slipway.standalone.demo;

import dev.slipway.adapters.objectstore.ObjectStoreProperties;
import dev.slipway.adapters.objectstore.S3ObjectStore;
import dev.slipway.client.SlipwayClient;
import dev.slipway.domain.storage.ObjectStore;
import dev.slipway.domain.storage.ObjectUri;
import dev.slipway.domain.workflow.WorkflowIds;
import dev.slipway.formats.event.EventList;
import dev.slipway.formats.event.EventShown;
import dev.slipway.formats.model.CreateModelBody;
import dev.slipway.formats.model.ModelItem;
import dev.slipway.formats.service.CreateServiceBody;
import dev.slipway.formats.service.EntryBody;
import dev.slipway.formats.service.ServiceShown;
import dev.slipway.formats.service.ServiceTask;
import dev.slipway.formats.service.UpdateServiceBody;
import dev.slipway.formats.wire.WireJson;
import dev.slipway.standalone.load.LoadReport;
import dev.slipway.standalone.load.SteadyLoad;
import dev.slipway.standalone.shell.ShellWord;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The main job from the first package to the stopped service: import, deployment, predictions, two batch jobs, an upgrade and a rollback
 * under load, auto-stop. It uses only the REST API and object storage, like any client.
 */
public final class Demo {

    private static final String FLAVOR = "modelarts.vm.cpu.2u";
    private static final int REQUESTS_PER_SECOND = 40;
    private static final Duration WAIT_LIMIT = Duration.ofSeconds(90);
    private static final String[] FEATURES = {"sepal_length", "sepal_width", "petal_length", "petal_width"};
    private static final String[] FLOWERS = {"5.1,3.5,1.4,0.2", "6.0,2.9,4.5,1.5", "6.9,3.1,5.4,2.1"};

    private final DemoTarget target;
    private final DemoOutput output;
    private final PrintStream out;
    private final Set<String> workflows = new LinkedHashSet<>();
    private long sent;
    private long answered;
    private long failed;
    private long records;
    private long outcomes;

    public Demo(DemoTarget target, PrintStream out) {
        this.target = target;
        this.out = out;
        this.output = new DemoOutput(out);
    }

    /**
     * Runs the steps.
     *
     * @return the last lines of the demo: the sums, and three commands to paste
     * @throws DemoFailure if something is not as expected, after the step, the log file and a remedy were printed
     */
    public String run() {
        try (SlipwayClient client = new SlipwayClient(target.api(), target.login());
                S3ObjectStore objects = objects()) {
            return tell(client, objects);
        } catch (RuntimeException e) { // the edge of the steps: prints the step and a remedy
            out.printf("%ndemo failed in step '%s': %s%n", output.step(), e.getMessage());
            out.printf("log file: %s%n", target.log());
            out.printf(
                    "what to do: read the end of the log file; './slipway doctor' checks this machine; './slipway demo' begins anew%n");
            throw e instanceof DemoFailure failure ? failure : new DemoFailure(String.valueOf(e.getMessage()), e);
        }
    }

    private String tell(SlipwayClient client, ObjectStore objects) {
        DemoSteps steps = new DemoSteps(client, objects);
        output.step("upload the sample packages and the data to object storage", steps::upload);
        output.step("import iris 0.0.1 as a model", () -> steps.modelOne = steps.importModel("0.0.1"));
        output.step("deploy it as a real-time service with two instances", steps::deploy);
        output.step("start a second service that stops by itself after one minute", steps::startTimer);
        output.step("predict over HTTP", steps::predict);
        output.step("run a batch job over a folder with CSV files", steps::batchOverFolder);
        output.step("run a batch job over a manifest", steps::batchOverManifest);
        output.step("upgrade to 0.0.2 under load", steps::upgrade);
        output.step("try 0.0.3 with a wrong setting, and see it rolled back", steps::rollback);
        output.step("the second service stops by itself", steps::awaitAutoStop);
        return ending(steps);
    }

    private String ending(DemoSteps steps) {
        out.printf("%nWorkflows to look at in the Temporal UI, %s%n", target.temporalUi());
        workflows.forEach(workflow -> out.printf("   %s%n", workflow));
        out.printf("%nTime per step%n");
        output.timings().forEach(timing -> out.printf("   %s%n", timing));
        if (failed != 0 || records != outcomes) {
            throw new DemoFailure(
                    "expected failed=0 and as many outcomes as records, found failed=%d records=%d outcomes=%d"
                            .formatted(failed, records, outcomes));
        }
        String data = ShellWord.path(target.data());
        return String.join(
                "\n",
                "",
                "demo: sent=%d answered=%d failed=%d records=%d outcomes=%d seconds=%d"
                        .formatted(sent, answered, failed, records, outcomes, output.secondsSinceStart()),
                "",
                "./slipway up --data " + data,
                "eval \"$(./slipway env --data " + data + ")\"",
                steps.predictionCommand(),
                "");
    }

    private S3ObjectStore objects() {
        DemoTarget.Bucket bucket = target.bucket();
        return S3ObjectStore.open(
                new ObjectStoreProperties(bucket.endpoint(), bucket.region(), bucket.accessKey(), bucket.secretKey()));
    }

    /** The steps and the state that they share. */
    private final class DemoSteps {

        private final SlipwayClient client;
        private final ObjectStore objects;
        private final String run = Long.toString(Instant.now().getEpochSecond(), 36);
        private final ObjectUri root;
        private String modelOne = "";
        private String modelTwo = "";
        private String service = "";
        private String address = "";
        private String timer = "";

        DemoSteps(SlipwayClient client, ObjectStore objects) {
            this.client = client;
            this.objects = objects;
            this.root = new ObjectUri(target.bucket().name(), "demo-" + run + "/");
        }

        void upload() {
            int files = 0;
            for (String version : List.of("0.0.1", "0.0.2", "0.0.3")) {
                files += upload(target.samples().resolve("iris").resolve(version), "iris/" + version + "/");
            }
            files += upload(target.samples().resolve("iris/batch"), "in/");
            output.line("%d files to %s", files, root);
        }

        private int upload(Path folder, String below) {
            try (Stream<Path> files = Files.walk(folder)) {
                List<Path> all = files.filter(Files::isRegularFile).sorted().toList();
                all.forEach(file -> objects.put(
                        root.resolve(below + folder.relativize(file).toString().replace('\\', '/')), file));
                return all.size();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        String importModel(String version) {
            String id = client.models()
                    .create(CreateModelBody.of(
                                    "iris-" + run,
                                    version,
                                    "Custom",
                                    root.resolve("iris/" + version).toString())
                            .withDescription("sample of the demo"))
                    .modelId();
            workflows.add(WorkflowIds.model("iris-" + run, version, id));
            ModelItem model = SlipwayClient.await(
                    "model " + version + " published",
                    WAIT_LIMIT,
                    () -> client.models().show(id).item(),
                    answer -> !answer.modelStatus().equals("publishing"),
                    answer -> {});
            eventsOfModel(id);
            if (!model.modelStatus().equals("published")) {
                throw new DemoFailure("model %s: expected published, found %s".formatted(version, model.modelStatus()));
            }
            output.line("model %s %s is published, %d bytes", "iris-" + run, version, model.modelSize());
            return id;
        }

        void deploy() {
            service = create(CreateServiceBody.realTime("iris-" + run, entry(modelOne, 2, Map.of())));
            address = awaitRunning(service);
            eventsOfService(service, 0);
            output.line("it answers at %s", address);
        }

        void startTimer() {
            String name = "iris-timer-" + run;
            timer = create(CreateServiceBody.realTime(name, entry(modelOne, 1, Map.of()))
                    .stoppingAfter("MINUTES", 1));
            Long due = client.services().show(timer).item().dueTime();
            output.line("service %s will stop at %s", name, due == null ? "no time" : Instant.ofEpochMilli(due));
        }

        private String create(CreateServiceBody body) {
            String id = client.services().create(body).serviceId();
            workflows.add(WorkflowIds.service(body.serviceName(), id));
            return id;
        }

        private EntryBody entry(String model, int instances, Map<String, String> envs) {
            return EntryBody.realTime(model, FLAVOR, instances, 100, envs);
        }

        private String awaitRunning(String id) {
            ServiceShown shown = SlipwayClient.await(
                    "service running",
                    WAIT_LIMIT,
                    () -> client.services().show(id),
                    answer -> Set.of("running", "failed").contains(answer.item().status()),
                    answer -> {});
            if (!shown.item().status().equals("running")) {
                eventsOfService(id, 0);
                throw new DemoFailure("service: expected running, found %s %s"
                        .formatted(shown.item().status(), shown.errorMsg()));
            }
            return String.valueOf(shown.accessAddress());
        }

        void predict() {
            for (String flower : FLOWERS) {
                JsonNode answer = WireJson.tree(client.predict(address, question(flower)));
                JsonNode row = answer.path("data").path("resp_data").path(0);
                output.line(String.format(
                        Locale.ROOT,
                        "%s -> %s (%.2f)",
                        flower,
                        row.path("label").stringValue(),
                        row.path("probability").doubleValue()));
                sent++;
                answered++;
            }
        }

        void batchOverFolder() {
            batch("iris-folder-" + run, root.resolve("in/"), root.resolve("out-folder/"));
        }

        void batchOverManifest() {
            StringBuilder manifest = new StringBuilder();
            for (String name : List.of("garden-3.csv", "garden-1.csv", "not-there.csv")) {
                manifest.append(WireJson.write(
                                Map.of("source", root.resolve("in/" + name).toString())))
                        .append('\n');
            }
            ObjectUri uri = root.resolve("flowers.manifest");
            objects.put(uri, manifest.toString().getBytes(StandardCharsets.UTF_8));
            output.line("the third line of the manifest names a file that is not there, on purpose");
            batch("iris-manifest-" + run, uri, root.resolve("out-manifest/"));
        }

        private void batch(String name, ObjectUri source, ObjectUri destination) {
            String id = create(CreateServiceBody.batch(
                    name,
                    EntryBody.batchOfRows(
                            modelOne,
                            FLAVOR,
                            2,
                            source.toString(),
                            destination.toString(),
                            WireJson.tree(WireJson.write(mappingRule())))));
            ServiceShown end = SlipwayClient.await(
                    "batch job ended",
                    WAIT_LIMIT,
                    () -> client.services().show(id),
                    answer -> Set.of("finished", "failed", "stopped")
                            .contains(answer.item().status()),
                    new Progress());
            ServiceTask task = end.item().task();
            if (task == null || !end.item().status().equals("finished")) {
                eventsOfService(id, 0);
                throw new DemoFailure("batch job: expected finished, found %s %s"
                        .formatted(end.item().status(), end.errorMsg()));
            }
            show(name, task, destination);
        }

        private void show(String name, ServiceTask task, ObjectUri destination) {
            String taskId = task.id();
            workflows.add(WorkflowIds.job(name, taskId, 1));
            List<String> manifest = lines(destination.resolve("infer-result-" + taskId + ".manifest"));
            output.line("output manifest, %d lines:", manifest.size());
            manifest.stream().limit(3).forEach(line -> output.line("  %s", line));
            long rows = 0;
            @Nullable String firstResult = null;
            for (String line : manifest) {
                JsonNode location = WireJson.tree(line).path("inference-loc");
                if (location.isString()) {
                    firstResult = firstResult == null ? location.stringValue() : firstResult;
                    rows += lines(ObjectUri.parse(location.stringValue(), "unused"))
                            .size();
                }
            }
            if (firstResult != null) {
                output.line("first lines of %s:", firstResult);
                lines(ObjectUri.parse(firstResult, "unused")).stream()
                        .limit(2)
                        .forEach(line -> output.line("  %s", line));
            }
            // A file that cannot be read has no rows: its one outcome is its line in the manifest.
            long lost = manifest.stream()
                    .filter(line -> !WireJson.tree(line).has("inference-loc"))
                    .count();
            records += task.records();
            outcomes += rows + lost;
            output.line(
                    "records=%d outcomes=%d: %d rows in result files, %d files whose outcome is their line in the manifest",
                    task.records(), rows + lost, rows, lost);
        }

        void upgrade() {
            modelTwo = importModel("0.0.2");
            LoadReport report = underLoad(() -> {
                client.services().update(service, UpdateServiceBody.config(entry(modelTwo, 2, Map.of())));
                awaitRunning(service);
            });
            output.shares(report, Map.of("0.0.1", '░', "0.0.2", '█'));
            output.load(report);
            String version = servedVersion();
            if (!version.equals("0.0.2")) {
                throw new DemoFailure("upgrade: expected answers of 0.0.2, found " + version);
            }
        }

        void rollback() {
            String modelThree = importModel("0.0.3");
            Instant[] asked = new Instant[1];
            LoadReport report = underLoad(() -> {
                asked[0] = Instant.now();
                client.services()
                        .update(service, UpdateServiceBody.config(entry(modelThree, 2, Map.of("THRESHOLD", "high"))));
                awaitRunning(service);
                output.line(
                        "rolled back %.1f s after the update was asked for",
                        Duration.between(asked[0], Instant.now()).toMillis() / 1000.0);
            });
            eventsOfService(service, asked[0].toEpochMilli());
            output.load(report);
            String version = servedVersion();
            if (!version.equals("0.0.2")) {
                throw new DemoFailure("rollback: expected answers of 0.0.2, found " + version);
            }
            output.line("version 0.0.2 goes on answering");
        }

        private String servedVersion() {
            return WireJson.tree(client.predict(address, question(FLOWERS[0])))
                    .path("version")
                    .stringValue();
        }

        private LoadReport underLoad(Runnable work) {
            SteadyLoad load = SteadyLoad.start(
                    client.prediction(address, question(FLOWERS[0])),
                    REQUESTS_PER_SECOND,
                    body -> WireJson.tree(body).path("version").stringValue());
            try {
                work.run();
                LoadReport report = load.stop();
                sent += report.sent();
                answered += report.answered();
                failed += report.failed();
                return report;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new DemoFailure("interrupted", e);
            }
        }

        void awaitAutoStop() {
            SlipwayClient.await(
                    "the second service stopped",
                    WAIT_LIMIT,
                    () -> client.services().show(timer).item().status(),
                    "stopped"::equals,
                    answer -> {});
            eventsOfService(timer, 0);
        }

        String predictionCommand() {
            return """
                    curl -s -X POST %s -H 'Content-Type: application/json' -H "X-Auth-Token: $(curl -s -i -X POST "$OS_AUTH_URL/auth/tokens" -H 'Content-Type: application/json' -d "{\\"auth\\":{\\"identity\\":{\\"methods\\":[\\"password\\"],\\"password\\":{\\"user\\":{\\"name\\":\\"$OS_USERNAME\\",\\"password\\":\\"$OS_PASSWORD\\",\\"domain\\":{\\"name\\":\\"$OS_USER_DOMAIN_NAME\\"}}}},\\"scope\\":{\\"project\\":{\\"name\\":\\"$OS_PROJECT_NAME\\"}}}}" | sed -n 's/^[Xx]-[Ss]ubject-[Tt]oken: *//p' | tr -d '\\r')" -d '%s'""".formatted(address, question(FLOWERS[0]));
        }

        private void eventsOfModel(String id) {
            show(client.models().events(id, Map.of("order", "asc")).page());
        }

        private void eventsOfService(String id, long from) {
            show(client.services()
                    .events(id, Map.of("order", "asc", "start_time", Long.toString(from)))
                    .page());
        }

        private void show(EventList page) {
            for (EventShown event : page.events()) {
                String cause = event.cause() == null ? "" : "  (" + event.cause() + ")";
                String mark = event.eventType().equals("abnormal") ? "! " : "- ";
                output.line("%s%s%s", mark, event.eventInfo(), cause.replace("\n", " "));
            }
        }

        private List<String> lines(ObjectUri uri) {
            try (var in = objects.open(uri, 0)) {
                return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                        .lines()
                        .toList();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Prints the progress of a batch job, once for each change. */
    private final class Progress implements Consumer<ServiceShown> {

        private String last = "";

        @Override
        public void accept(ServiceShown service) {
            ServiceTask task = service.item().task();
            String now = "%s  %d of %d records"
                    .formatted(
                            service.item().status(), task == null ? 0 : task.done(), task == null ? 0 : task.records());
            if (!now.equals(last)) {
                output.line("%s", now);
                last = now;
            }
        }
    }

    private static String question(String flower) {
        Map<String, Object> row = new LinkedHashMap<>();
        String[] values = flower.split(",", -1);
        for (int i = 0; i < FEATURES.length; i++) {
            row.put(FEATURES[i], Double.parseDouble(values[i]));
        }
        return WireJson.write(Map.of("data", Map.of("req_data", List.of(row))));
    }

    private static Map<String, Object> mappingRule() {
        Map<String, Object> columns = new LinkedHashMap<>();
        for (int i = 0; i < FEATURES.length; i++) {
            columns.put(FEATURES[i], Map.of("type", "number", "index", i));
        }
        Map<String, Object> row = Map.of("type", "object", "properties", columns);
        return Map.of(
                "type",
                "object",
                "properties",
                Map.of(
                        "data",
                        Map.of(
                                "type",
                                "object",
                                "properties",
                                Map.of("req_data", Map.of("type", "array", "items", List.of(row))))));
    }
}
