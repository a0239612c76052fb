package dev.slipway.activities.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpServer;
import dev.slipway.activities.failure.FailureInterceptor;
import dev.slipway.activities.instance.InstanceLogs;
import dev.slipway.activities.instance.SlotWaiters;
import dev.slipway.activities.waiting.StepHeartbeats;
import dev.slipway.domain.environment.EnvironmentSpec;
import dev.slipway.domain.event.Event;
import dev.slipway.domain.event.EventType;
import dev.slipway.domain.image.FetchedFiles;
import dev.slipway.domain.image.ImageDigest;
import dev.slipway.domain.image.ImageFile;
import dev.slipway.domain.image.ImagePulls;
import dev.slipway.domain.image.ImageStart;
import dev.slipway.domain.image.TransferFailure;
import dev.slipway.domain.instance.Address;
import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.instance.InstanceTemplate;
import dev.slipway.domain.model.Dependency;
import dev.slipway.domain.model.InferenceMode;
import dev.slipway.domain.model.Model;
import dev.slipway.domain.model.ModelCommands;
import dev.slipway.domain.model.ModelConfig;
import dev.slipway.domain.model.ModelSource;
import dev.slipway.domain.model.ModelSpec;
import dev.slipway.domain.model.ModelStatus;
import dev.slipway.domain.model.ModelTemplate;
import dev.slipway.domain.model.ModelType;
import dev.slipway.domain.model.ModelUpdate;
import dev.slipway.domain.model.TrialPrediction;
import dev.slipway.domain.model.TrialSpec;
import dev.slipway.domain.pool.Claim;
import dev.slipway.domain.pool.Holder;
import dev.slipway.domain.pool.Pools;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Unavailable;
import dev.slipway.domain.storage.ObjectGrant;
import dev.slipway.domain.storage.ObjectUri;
import dev.slipway.domain.storage.ProjectObjects;
import dev.slipway.instance.client.ClientLimits;
import dev.slipway.instance.client.InstanceClient;
import dev.slipway.testing.environment.InMemoryEnvironments;
import dev.slipway.testing.environment.TinyWheels;
import dev.slipway.testing.event.InMemoryEventStore;
import dev.slipway.testing.fault.BrokenSteps;
import dev.slipway.testing.fault.Interruption;
import dev.slipway.testing.image.FakeImagePulls;
import dev.slipway.testing.image.FakeImagePushes;
import dev.slipway.testing.image.InMemoryImageStore;
import dev.slipway.testing.instance.Await;
import dev.slipway.testing.instance.FakeCluster;
import dev.slipway.testing.instance.InMemoryInstanceSetStore;
import dev.slipway.testing.model.InMemoryModelStore;
import dev.slipway.testing.model.Models;
import dev.slipway.testing.part.TestTemporal;
import dev.slipway.testing.pool.InMemoryAdmission;
import dev.slipway.testing.service.Services;
import dev.slipway.testing.storage.InMemoryObjectStore;
import dev.slipway.testing.wait.InMemoryWaitStore;
import dev.slipway.testing.wait.ReconciledCluster;
import dev.slipway.workflows.connection.TemporalConnection;
import dev.slipway.workflows.connection.TemporalProperties;
import dev.slipway.workflows.connection.WorkflowSignals;
import dev.slipway.workflows.contract.BadEnd;
import dev.slipway.workflows.contract.Queues;
import dev.slipway.workflows.contract.model.ImportInput;
import dev.slipway.workflows.contract.model.ImportPrediction;
import dev.slipway.workflows.contract.model.ImportResult;
import dev.slipway.workflows.contract.model.ImportRows;
import dev.slipway.workflows.contract.model.ImportSlots;
import dev.slipway.workflows.contract.model.ImportSteps;
import dev.slipway.workflows.contract.model.ImportTrial;
import dev.slipway.workflows.model.ModelImportImpl;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.failure.CanceledFailure;
import io.temporal.worker.WorkerFactory;
import io.temporal.worker.WorkerFactoryOptions;
import io.temporal.worker.WorkerOptions;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The whole import on Temporal's dev server: rows, storage, images and cluster in memory. */
class ImportActivitiesTests {

    /** History events of an import without retries: budget of the import, 6 of them for each of its calls, 4 for each wake. */
    private static final int BUDGET = 136;

    private static final String CONFIG = """
            {
              "model_algorithm": "test",
              "model_type": "Custom",
              "apis": []
            }
            """;

    private final InMemoryModelStore models = new InMemoryModelStore();
    private final InMemoryEventStore events = new InMemoryEventStore();
    private final InMemoryObjectStore objects = new InMemoryObjectStore("models");
    private final FakeImagePulls pulls = new FakeImagePulls();
    private final FakeImagePushes pushes = new FakeImagePushes();
    private final InMemoryImageStore images = new InMemoryImageStore();

    @TempDir
    private Path files;

    private final InMemoryEnvironments environments = new InMemoryEnvironments();
    private final FakeCluster cluster = new FakeCluster();
    private final InMemoryInstanceSetStore sets = new InMemoryInstanceSetStore();
    private final InMemoryWaitStore waits = new InMemoryWaitStore();
    /** As if the settings had been changed since the import was accepted. */
    private final ProjectObjects granted = new ProjectObjects(
            List.of(new ObjectGrant("acme", "other", List.of(ObjectGrant.folder("models/theirs")))), List::of);

    private final StepHeartbeats heartbeats = StepHeartbeats.untold();
    private final Pools pools = Services.pools(1);
    private final InMemoryAdmission admission = new InMemoryAdmission(pools, Clock.systemUTC());
    private final Model model = Models.asked("iris", "0.0.1");
    private final TemporalConnection temporal = TemporalConnection.open(
            new TemporalProperties(TestTemporal.shared().address(), TestTemporal.NAMESPACE), "test");
    private final WorkerFactory workers = WorkerFactory.newInstance(
            temporal.client(),
            WorkerFactoryOptions.newBuilder()
                    .setWorkerInterceptors(
                            new FailureInterceptor((workflow, activity, attempt, lasts, reason) -> {}, 1))
                    .build());
    private final WorkflowSignals signals = new WorkflowSignals(temporal.client());
    private final List<InstanceSetId> trials = new CopyOnWriteArrayList<>();
    private final InstanceClient client = InstanceClient.start(1, ClientLimits.ONE_AT_A_TIME);
    private volatile Interruption fault = call -> {};
    private volatile Predicate<String> repeats = call -> false;
    private final ReconciledCluster reconciled;

    ImportActivitiesTests() {
        cluster.watch(set -> {
            if (!trials.contains(set)) {
                trials.add(set);
            }
        });
        reconciled = new ReconciledCluster(sets, waits, cluster, signals::wakeRunning);
        workers.newWorker(Queues.CONTROL).registerWorkflowImplementationTypes(ModelImportImpl.class);
        workers.getWorker(Queues.CONTROL)
                .registerActivitiesImplementations(
                        faulty(new ImportRowsImpl(models, Clock.systemUTC()), ImportRows.class),
                        faulty(
                                new ImportSlotsImpl(
                                        models,
                                        pools,
                                        admission,
                                        events,
                                        new SlotWaiters(signals::wakeRunning),
                                        Clock.systemUTC()),
                                ImportSlots.class),
                        faulty(
                                new ImportTrialImpl(
                                        models,
                                        pools,
                                        sets,
                                        new InstanceLogs(cluster),
                                        waits,
                                        events,
                                        environments,
                                        Clock.systemUTC()),
                                ImportTrial.class));
        workers.newWorker(
                        Queues.BUILD,
                        WorkerOptions.newBuilder()
                                .setMaxHeartbeatThrottleInterval(Duration.ofMillis(200))
                                .build())
                .registerActivitiesImplementations(
                        faulty(
                                new ImportStepsImpl(
                                        models,
                                        events,
                                        objects,
                                        images,
                                        environments,
                                        pulls,
                                        pushes,
                                        granted,
                                        heartbeats,
                                        Clock.systemUTC()),
                                ImportSteps.class),
                        faulty(
                                new ImportPredictionImpl(models, sets, objects, client, events, Clock.systemUTC()),
                                ImportPrediction.class));
        workers.start();
    }

    private <A> Object faulty(A activities, Class<A> type) {
        Object once = Interruption.before(activities, type, call -> fault.before(BrokenSteps.name(type, call)));
        return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
            try {
                if (repeats.test(BrokenSteps.name(type, method.getName()))) {
                    method.invoke(once, arguments);
                }
                return method.invoke(once, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        });
    }

    static Stream<String> steps() {
        return BrokenSteps.IMPORT.without(Set.of("ImportRows.fail"));
    }

    /** The end that the others fall back on: while even that cannot be written, the import ends, and the sweeper begins it again. */
    @Test
    void beginsAgainWhenNotEvenItsFailureCanBeWritten() throws Exception {
        put("config.json", CONFIG);
        put("customize_service.py", "code");
        fault = call -> {
            if (Set.of("ImportSteps.check", "ImportRows.fail").contains(call)) {
                throw new IllegalStateException("'%s' is broken".formatted(call));
            }
        };
        WorkflowStub workflow = start(model);
        assertThatExceptionOfType(WorkflowFailedException.class)
                .isThrownBy(() -> result(workflow))
                .withStackTraceContaining("'ImportRows.fail' is broken");
        assertThat(model().status()).isEqualTo(ModelStatus.PUBLISHING);

        fault = call -> {};

        assertThat(result(start(model))).isEqualTo(ImportResult.published());
    }

    @ParameterizedTest
    @MethodSource("steps")
    void failsWithAnEventWhateverStepIsBroken(String broken) throws Exception {
        pushes.to("registry:5000/slipway/models");
        put("config.json", CONFIG);
        put("customize_service.py", "code");
        AtomicInteger met = new AtomicInteger();
        fault = call -> {
            if (call.equals(broken)) {
                met.incrementAndGet();
                throw new IllegalStateException("'%s' is broken".formatted(call));
            }
        };
        cluster.holdStarts();
        WorkflowStub workflow = start(
                broken.equals("ImportPrediction.predict")
                        ? asking(new TrialPrediction(null, "{}", null, null, 0))
                        : model);
        Await.until(
                "a trial start, or the end",
                () -> !trials.isEmpty() || model().status() == ModelStatus.FAILED,
                () -> trials);
        if (!trials.isEmpty()) { // else it has ended, or is about to
            workflow.signal("wake");
        }
        if (!broken.equals("ImportRows.isWanted")) {
            cluster.letStart();
        }

        assertThat(result(workflow).error()).contains("'%s' is broken".formatted(broken));
        assertThat(met).hasPositiveValue();
        assertThat(model().status()).isEqualTo(ModelStatus.FAILED);
        assertThat(models.events(model.id()))
                .filteredOn(event -> event.type() == EventType.ABNORMAL)
                .anySatisfy(event -> assertThat(event.cause()).contains("'%s' is broken".formatted(broken)));
    }

    /** What Temporal does when a worker was killed after a step's effect and before it was told. */
    @ParameterizedTest
    @MethodSource("allSteps")
    void doesNothingTwiceWhateverStepIsRepeated(String repeated) throws Exception {
        pushes.to("registry:5000/slipway/models");
        put("config.json", CONFIG);
        put("customize_service.py", "code");
        HttpServer server = answering(200);
        AtomicInteger met = new AtomicInteger();
        repeats = call -> call.equals(repeated) && met.getAndIncrement() == 0;
        try {
            cluster.holdStarts();
            WorkflowStub workflow = start(asking(new TrialPrediction(null, "{}", null, null, 0)));
            Await.until("a trial start", () -> !trials.isEmpty(), () -> trials);
            workflow.signal("wake");
            cluster.letStart();

            assertThat(result(workflow)).isEqualTo(ImportResult.published());
        } finally {
            server.stop(0);
        }
        assertThat(met.get() > 0).as("met").isEqualTo(!repeated.equals("ImportRows.fail"));
        assertThat(told()).doesNotHaveDuplicates().contains("Model imported successfully.");
        assertThat(trials).hasSize(1);
        assertThat(sets.find(ImportTrialImpl.set(model.id().value()))).isEmpty();
        assertThat(waits.all()).isEmpty();
    }

    static Stream<String> allSteps() {
        return BrokenSteps.IMPORT.all();
    }

    @AfterEach
    void close() {
        reconciled.close();
        workers.shutdownNow();
        workers.awaitTermination(10, TimeUnit.SECONDS);
        temporal.close();
        client.close();
    }

    @Test
    void publishesAPackageStepByStep() throws Exception {
        put("config.json", CONFIG);
        put("customize_service.py", "code");
        put("deep/weights.json", "[1]");

        ImportResult result = result(start(model));

        assertThat(result).isEqualTo(ImportResult.published());
        assertThat(model().status()).isEqualTo(ModelStatus.PUBLISHED);
        assertThat(model().image()).isNotNull();
        assertThat(model().interpreter()).isEqualTo("Python 3.12.3 at /memory/python>=3.9");
        assertThat(model().size()).isEqualTo(CONFIG.length() + 4 + 3);
        assertThat(told())
                .containsExactly(
                        "Model size calculated successfully.",
                        "Model file imported successfully.",
                        "Start the image building task.",
                        "Image built successfully.",
                        "The model started successfully in a trial start.",
                        "Model imported successfully.");
        assertThat(trials).containsExactly(ImportTrialImpl.set(model.id().value()));
        assertThat(cluster.sets()).isEmpty();
        assertThat(sets.all()).isEmpty();
        assertThat(waits.all()).isEmpty();
    }

    @Test
    void staysWithinItsBudgetOfHistory() throws Exception {
        put("config.json", CONFIG);
        put("customize_service.py", "code");

        WorkflowStub workflow = start(model);
        result(workflow);

        assertThat(temporal.client()
                        .fetchHistory(workflow.getExecution().getWorkflowId())
                        .getEvents())
                .hasSizeLessThanOrEqualTo(BUDGET);
    }

    @Test
    void installsWhatThePackageAsksForOnceForAllModels() throws Exception {
        put("config.json", asking("""
                        {"package_name": "numpy", "package_version": "1.16.4", "restraint": "EXACT"},
                        {"package_name": "/home/mind/model/own-1.0-py3-none-any.whl"}"""));
        put("customize_service.py", "code");
        put("own-1.0-py3-none-any.whl", "wheel");

        assertThat(result(start(model))).isEqualTo(ImportResult.published());

        EnvironmentSpec spec = Objects.requireNonNull(model().environmentSpec());
        assertThat(spec.dependencies()).containsExactly("numpy==1.16.4", "own-1.0-py3-none-any.whl");
        assertThat(spec.wheels())
                .containsExactly(Map.entry(
                        "own-1.0-py3-none-any.whl", TinyWheels.digest("wheel".getBytes(StandardCharsets.UTF_8))));
        assertThat(environments.all()).containsExactly(Objects.requireNonNull(model().environment()));
        assertThat(told())
                .containsSubsequence(
                        "Start the env image building task.",
                        "The environment of the model is built.",
                        "Start the image building task.")
                .doesNotContain("Use cached env image.");
        assertThat(models.buildLog(model.id())).contains("built in memory\n");

        Model second = Models.asked("other", "0.0.1");
        objects.list(new ObjectUri("models", "iris/model/"), null)
                .objects()
                .forEach(each -> objects.put(
                        new ObjectUri("models", each.uri().key().replace("iris/", "other/")),
                        Objects.requireNonNull(objects.bytes(each.uri()))));
        assertThat(result(start(second))).isEqualTo(ImportResult.published());
        assertThat(Stream.concat(events.of(second.id().value()).stream(), models.events(second.id()).stream())
                        .map(Event::info))
                .contains("Use cached env image.")
                .doesNotContain("Start the env image building task.");
        assertThat(environments.all()).hasSize(1);
    }

    @Test
    void startsTheTrialInTheEnvironment() throws Exception {
        put("config.json", asking("{\"package_name\": \"numpy\"}"));
        put("customize_service.py", "code");
        cluster.holdStarts();
        WorkflowStub workflow = start(model);
        Await.until("a trial start", () -> !trials.isEmpty(), () -> trials);

        assertThat(sets.find(trials.getFirst()).orElseThrow().set().template().environment())
                .isEqualTo(model().environmentSpec())
                .isNotNull();
        cluster.letStart();
        assertThat(result(workflow)).isEqualTo(ImportResult.published());
    }

    @Test
    void failsWithTheReasonWhereAPackageCannotBeInstalled() throws Exception {
        environments.forgetPackage("numpy==1.0");
        put(
                "config.json",
                asking("{\"package_name\": \"numpy\", \"package_version\": \"1.0\", \"restraint\": \"EXACT\"}"));
        put("customize_service.py", "code");

        assertThat(result(start(model)).error()).contains("'numpy==1.0'");
        assertThat(models.events(model.id()).getFirst().advice()).contains("'dependencies'", "logs ID build");
        assertThat(told())
                .endsWith(
                        "Failed to build the image. For details, view the building log.",
                        "Failed to import the model.");
        assertThat(trials).isEmpty();
    }

    @Test
    void goesOnWhenPackagesCanBeHadAgain() throws Exception {
        put("config.json", asking("{\"package_name\": \"numpy\"}"));
        put("customize_service.py", "code");
        environments.setAvailable(false);
        WorkflowStub workflow = start(model);
        Await.until(
                "another try",
                () -> told().contains("Received another env image building request of the model."),
                this::told);
        environments.setAvailable(true);

        assertThat(result(workflow)).isEqualTo(ImportResult.published());
    }

    @Test
    void tellsWhatIsOddAboutTheEnvironmentOfEachModel() throws Exception {
        put("config.json", asking("{\"package_name\": \"numpy\"}"));
        put("customize_service.py", "code");
        environments.warn("numpy is older than it was asked for");

        assertThat(result(start(model))).isEqualTo(ImportResult.published());
        assertThat(told()).containsOnlyOnce("There is something odd about the environment of the model.");
    }

    @Test
    void refusesAWheelThatIsNotThere() throws Exception {
        put("config.json", asking("{\"package_name\": \"own-1.0-py3-none-any.whl\"}"));
        put("customize_service.py", "code");

        assertThat(result(start(model)).error()).contains("wheel 'own-1.0-py3-none-any.whl'", "found no wheel");
    }

    @Test
    void takesTheDependenciesOfTheRequestInPlaceOfThePackages() throws Exception {
        put("config.json", asking("{\"package_name\": \"numpy\"}"));
        put("customize_service.py", "code");
        ModelSpec spec = model.spec();
        Model other = Models.asked(new ModelSpec(
                spec.name(),
                spec.version(),
                spec.type(),
                spec.source(),
                null,
                null,
                null,
                null,
                List.of(),
                List.of(new Dependency("six", "1.17.0", Dependency.Restraint.EXACT)),
                List.of(),
                spec.trial(),
                spec.request()));

        result(start(other));

        assertThat(Objects.requireNonNull(models.find(other.id()).orElseThrow().environmentSpec())
                        .dependencies())
                .containsExactly("six==1.17.0");
    }

    private static String asking(String packages) {
        return """
                {"model_algorithm": "test", "model_type": "Custom",
                 "dependencies": [{"installer": "pip", "packages": [%s]}]}
                """.formatted(packages);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
            {"model_type": "Custom",         | content         | line 1, column 25
            {"model_type": "Custom"} {}      | content         | line 1, column 26
            {"model_type": "Custom"}         | model_algorithm | line 1, column 1
            {"model_type": 5}                | model_type      | line 1, column 16: 'model_type': expected a text, found the number 5
            {"model_type": "TensorFlow", "model_algorithm": "a"} | model_type | 'TensorFlow'
            {"model_type": "Custom", "model_algorithm": "a", "apis": [{"url": 1}]} | apis[0].url | 'apis[0].url'
            """)
    void namesTheFieldOfAnInvalidConfig(String config, String what, String where) throws Exception {
        put("config.json", config);
        put("customize_service.py", "code");

        ImportResult result = result(start(model));

        assertThat(result.error()).contains("model/config.json").contains(where);
        assertThat(model().status()).isEqualTo(ModelStatus.FAILED);
        assertThat(told()).containsExactly("Invalid %s in config.json.".formatted(what), "Failed to import the model.");
    }

    @Test
    void saysThatAPackageHasNoImageOfItsOwn() throws Exception {
        put("config.json", CONFIG.replace("\"apis\"", "\"swr_location\": \"registry/group/name:1\", \"apis\""));
        put("customize_service.py", "code");

        assertThat(result(start(model)).error()).contains("line 4", "'swr_location'", "remove it");
        assertThat(told()).first().isEqualTo("Non-custom type models should not contain swr_location.");
    }

    @Test
    void saysWhatIsOddInTheConfigAndWhatReplacesTheRuntime() throws Exception {
        put(
                "config.json",
                CONFIG.replace("\"apis\"", "\"metrics\": {\"f1\": \"0.9\"}, \"runtime\": \"python3.6\", \"apis\""));
        put("customize_service.py", "code");

        assertThat(result(start(model))).isEqualTo(ImportResult.published());
        assertThat(told()).contains("There is something odd in config.json.", "The runtime of the model is replaced.");
    }

    /** Six gigabytes that nobody could read: they are only named. */
    @Test
    void namesWeightsThatAreFetchedWhereTheModelIsDeployed() throws Exception {
        put("config.json", CONFIG);
        put("customize_service.py", "code");
        put("weights.bin", "1");
        ObjectUri weights = new ObjectUri("models", "iris/model/weights.bin");
        objects.pretend(weights, 6L << 30);
        objects.refuse(InMemoryObjectStore.Access.READ, weights::equals);
        Model dynamic = Models.asked(Models.spec("iris", "0.0.1")
                .withSource(new ModelSource.PackageFolder(new ObjectUri("models", "iris/"), true)));

        assertThat(result(start(dynamic))).isEqualTo(ImportResult.published());

        Model published = models.find(dynamic.id()).orElseThrow();
        assertThat(published.size()).isGreaterThan(6L << 30);
        images.unpack(Objects.requireNonNull(published.image()), files, ImagePulls.Progress.IGNORED);
        assertThat(files.resolve("model/weights.bin")).doesNotExist();
        assertThat(files.resolve("model/customize_service.py")).hasContent("code");
        FetchedFiles.Entry named = FetchedFiles.parse(Files.readString(files.resolve(FetchedFiles.NAME)))
                .files()
                .getFirst();
        assertThat(named.path()).isEqualTo("model/weights.bin");
        assertThat(named.origin())
                .isEqualTo(new ImageFile.Origin(
                        dynamic.project().value(), objects.head(weights).orElseThrow()));
        assertThat(events.of(dynamic.id().value()))
                .extracting(Event::cause)
                .contains("6.00 GB stay where they are and are fetched where the model is deployed");
    }

    @Test
    void pushesTheImageWhereTheSettingsNameARegistry() throws Exception {
        put("config.json", CONFIG);
        put("customize_service.py", "code");
        pushes.to("registry:5000/slipway/models");

        assertThat(result(start(model))).isEqualTo(ImportResult.published());

        String image = Objects.requireNonNull(model().image()).value();
        assertThat(pushes.pushed()).containsExactly("%s %s".formatted(image, model.id()));
        assertThat(model().pushed()).isEqualTo("registry:5000/slipway/models@" + image);
        assertThat(events.of(model.id().value()))
                .filteredOn(event -> event.info().equals("The image of the model is pushed to the registry."))
                .extracting(Event::cause)
                .containsExactly(
                        "registry:5000/slipway/models@%s; 3 bytes of layers sent, 4 were there".formatted(image));
    }

    @ParameterizedTest
    @CsvSource({
        "ACCESS, The image of the model could not be pushed to the registry.",
        "SOURCE, The image of the model could not be pushed to the registry.",
        "THROTTLED, Failed to build the image due to the threshold has been reached. Please try again later."
    })
    void failsWhereTheRegistryDoesNotTakeTheImage(TransferFailure.Kind kind, String told) throws Exception {
        put("config.json", CONFIG);
        put("customize_service.py", "code");
        pushes.to("registry:5000/slipway/models")
                .failNext(new TransferFailure(kind, "the registry says no", "Ask it."));

        assertThat(result(start(model)).error()).isEqualTo("the registry says no");

        assertThat(told()).contains(told, "Failed to import the model.");
        assertThat(model().pushed()).isNull();
    }

    @Test
    void refusesWhatIsTooLarge() throws Exception {
        put("config.json", CONFIG);
        put("customize_service.py", "code");
        put("weights.bin", "1");
        objects.pretend(new ObjectUri("models", "iris/model/weights.bin"), (5L << 30) + 1);

        assertThat(result(start(model)).error()).isEqualTo("'obs://models/iris/model/weights.bin' has 5.00 GB");
        assertThat(told()).first().isEqualTo("Model file weights.bin is larger than 5G and cannot be imported.");
        assertThat(models.events(model.id()).getFirst().advice())
                .startsWith("Import it with \"dynamic_loading\": true, which leaves the weights out of the image");

        for (int part = 0; part < 5; part++) {
            put("part-" + part, "1");
            objects.pretend(new ObjectUri("models", "iris/model/part-" + part), 4L << 30);
        }
        objects.pretend(new ObjectUri("models", "iris/model/weights.bin"), 1);
        Model second = Models.asked(Models.spec("iris", "0.0.2"));
        assertThat(result(start(second)).error()).isEqualTo("the package has 20.00 GB in all");
        assertThat(models.events(second.id()))
                .extracting(Event::info)
                .first()
                .isEqualTo("Model [iris 0.0.2] is larger than 20G and cannot be imported.");
    }

    @Test
    void saysWhichFileIsMissing() throws Exception {
        put("customize_service.py", "code");

        assertThat(result(start(model)).error())
                .isEqualTo("model/config.json is missing: expected it at 'obs://models/iris/model/config.json'");
        assertThat(told())
                .first()
                .isEqualTo(
                        "Model size calculated failed.Can not find config.json file in current model directory obs://models/iris/model/.");
    }

    @Test
    void needsCodeForAnEngineWithoutADefaultClass() throws Exception {
        put("config.json", CONFIG);

        assertThat(result(start(model)).error()).contains("customize_service.py");
        assertThat(told())
                .first()
                .isEqualTo("Model size calculated failed.Can not find customize_service.py file in current model"
                        + " directory obs://models/iris/model/.");
    }

    @Test
    void needsAModelFileForScikitLearnAndSaysWhichOfSeveralItTakes() throws Exception {
        Model first = scikitLearn("first");
        put("config.json", CONFIG.replace("Custom", "Scikit_Learn"));
        assertThat(result(start(first)).error()).contains("'*.m'");

        Model second = scikitLearn("second");
        put("a.m", "1");
        put("b.m", "2");
        assertThat(result(start(second))).isEqualTo(ImportResult.published());
        assertThat(events.of(second.id().value()))
                .filteredOn(event -> event.info().contains("more than one"))
                .singleElement()
                .satisfies(event -> assertThat(event.cause()).isEqualTo("'a.m' is taken"))
                .satisfies(
                        event -> assertThat(event.info())
                                .isEqualTo(
                                        "Model size calculated failed.Find more than one Scikit_Learn file in current model directory obs://models/iris/model/."));
    }

    @Test
    void saysThatTheFolderIsEmpty() throws Exception {
        assertThat(result(start(model)).error())
                .isEqualTo("expected files below 'obs://models/iris/model/', found none");
        assertThat(told())
                .first()
                .isEqualTo(
                        "Model size calculated failed.Can not find model child directory in current model directory obs://models/iris/.");
    }

    @Test
    void tellsTheWarningsThatTheRuntimeHasInTheTrialStart() throws Exception {
        put("config.json", CONFIG);
        put("customize_service.py", "code");
        cluster.warn(model.label(), "several '*.m' files");

        assertThat(result(start(model))).isEqualTo(ImportResult.published());
        assertThat(events.of(model.id().value()))
                .filteredOn(event -> event.info().equals("The runtime has a warning about the package."))
                .singleElement()
                .satisfies(event -> assertThat(event.cause()).isEqualTo("several '*.m' files"));
    }

    @Test
    void readsNothingThatTheSettingsHaveGivenToAnotherProject() throws Exception {
        Model theirs = Models.asked("theirs", "0.0.1");
        objects.put(new ObjectUri("models", "theirs/model/config.json"), CONFIG.getBytes(StandardCharsets.UTF_8));

        assertThat(result(start(theirs)).error())
                .startsWith("'obs://models/theirs/': it belongs to project 'other' alone, by the rule 'objects'");
        assertThat(models.events(theirs.id()))
                .extracting(Event::info)
                .first()
                .isEqualTo("Failed to copy model file due to obs exception. Please Check your obs access right.");
    }

    @Test
    void saysWhyTheTrialFailedAndShowsTheLog() throws Exception {
        put("config.json", CONFIG);
        put("customize_service.py", "code");
        cluster.failStarts(model.label(), 3, "the constructor raised ValueError");

        assertThat(result(start(model)).error()).isEqualTo("the constructor raised ValueError");
        assertThat(models.events(model.id()))
                .filteredOn(event -> event.info().equals("The model could not be started in a trial start."))
                .singleElement()
                .satisfies(event -> assertThat(event.cause())
                        .startsWith("the constructor raised ValueError\n")
                        .contains("log of trial-"));
    }

    @Test
    void saysWhyTheTrialFailedAlsoWhereTheLogCannotBeRead() throws Exception {
        put("config.json", CONFIG);
        put("customize_service.py", "code");
        cluster.failStarts(model.label(), 3, "the constructor raised ValueError");
        cluster.loseLogs();

        assertThat(result(start(model)).error()).isEqualTo("the constructor raised ValueError");
        assertThat(models.events(model.id()))
                .filteredOn(event -> event.info().equals("The model could not be started in a trial start."))
                .singleElement()
                .satisfies(event -> assertThat(event.cause()).contains("cannot be read: the cluster does not answer"));
    }

    @Test
    void refusesObjectsThatCanNotBeFilesBesideEachOther() throws Exception {
        put("config.json", CONFIG);
        put("customize_service.py", "code");
        put("data", "a file");
        put("data/more", "a folder");

        assertThat(result(start(model)).error()).contains("would be a file and", "iris/model/data/more");
    }

    @Test
    void refusesAnObjectWhoseNameLeavesThePackage() throws Exception {
        put("config.json", CONFIG);
        put("customize_service.py", "code");
        put("../../x", "out");

        assertThat(result(start(model)).error()).contains("has a name that leaves the package");
    }

    @Test
    void tellsThatABuildIsBegunAgain() throws Exception {
        put("config.json", CONFIG);
        put("customize_service.py", "code");
        AtomicInteger builds = new AtomicInteger();
        fault = call -> {
            if (call.equals("ImportSteps.build") && builds.getAndIncrement() == 0) {
                throw new Unavailable(ErrorCode.UNAVAILABLE, "its worker is gone");
            }
        };

        assertThat(result(start(model))).isEqualTo(ImportResult.published());
        assertThat(told()).contains("Received another image building request of the model.");
    }

    @Test
    void goesOnWhenStorageComesBack() throws Exception {
        put("config.json", CONFIG);
        put("customize_service.py", "code");
        objects.failNext(new Unavailable(ErrorCode.UNAVAILABLE, "storage does not answer"));

        assertThat(result(start(model))).isEqualTo(ImportResult.published());
    }

    @Test
    void endsTheTrialStartSoonWhenTheModelIsDeleted() throws Exception {
        put("config.json", CONFIG);
        put("customize_service.py", "code");
        cluster.holdStarts();
        WorkflowStub workflow = start(model);
        Await.until("a trial start", () -> !trials.isEmpty(), () -> trials);

        models.change(model.id(), row -> {
            row.remove();
            return model;
        });
        workflow.signal("wake");

        assertThat(result(workflow)).isEqualTo(ImportResult.deleted());
        Await.until("the trial's end", () -> cluster.sets().isEmpty(), cluster::sets);
    }

    @Test
    void failsTheModelWhenItsWorkflowIsCancelled() throws Exception {
        put("config.json", CONFIG);
        put("customize_service.py", "code");
        cluster.holdStarts();
        WorkflowStub workflow = start(model);
        Await.until("a trial start", () -> !trials.isEmpty(), () -> trials);

        workflow.cancel();

        assertThatExceptionOfType(WorkflowFailedException.class)
                .isThrownBy(() -> result(workflow))
                .withCauseInstanceOf(CanceledFailure.class);
        assertThat(model().status()).isEqualTo(ModelStatus.FAILED);
        assertThat(model().error()).isEqualTo("the import's workflow was cancelled");
        Await.until("the trial's end", () -> cluster.sets().isEmpty(), cluster::sets);
    }

    @Test
    void waitsForASlotOfThePoolThatTheModelNames() throws Exception {
        put("config.json", CONFIG);
        put("customize_service.py", "code");
        TrialSpec trial = new TrialSpec(Services.POOL, Services.FLAVOR, Map.of("TOKEN", "t"), null);
        Model named = Models.asked(Models.spec("iris", "0.0.2").withTrial(trial));
        Holder other = new Holder("service/other");
        admission.claim(new Claim(other, Services.POOL, Services.FLAVOR, 1, 2, "service/other"));
        WorkflowStub workflow = start(named);
        Await.until(
                "the wait",
                () -> events.of(named.id().value()).stream()
                        .anyMatch(event -> event.info().equals("The model waits for its trial start.")),
                () -> events.of(named.id().value()));
        assertThat(events.of(named.id().value()))
                .extracting(Event::cause)
                .contains(
                        "pool 'default' has no free slot for specification 'modelarts.vm.cpu.2u', position 1; the import continues by itself");
        assertThat(trials).isEmpty();
        cluster.holdStarts();

        admission.release(other);
        signals.wakeRunning(input(named).workflowId());
        Await.until("the trial start", () -> !trials.isEmpty(), () -> trials);

        InstanceTemplate started =
                sets.find(trials.getFirst()).orElseThrow().set().template();
        assertThat(started.placement().pool()).isEqualTo(Services.POOL);
        assertThat(started.flavor().name()).isEqualTo(Services.FLAVOR);
        assertThat(started.envs()).isEqualTo(Map.of("TOKEN", "t"));
        cluster.letStart();
        assertThat(result(workflow)).isEqualTo(ImportResult.published());
        Await.until(
                "its slot",
                () -> admission.free(Services.POOL, Services.FLAVOR) == 1,
                () -> admission.free(Services.POOL, Services.FLAVOR));
    }

    @Test
    void failsWithTheReasonWhenThePoolWasTakenOutOfTheSettings() throws Exception {
        put("config.json", CONFIG);
        put("customize_service.py", "code");
        Model named = Models.asked(Models.spec("iris", "0.0.3").withTrial(new TrialSpec("gone", null, Map.of(), null)));

        assertThat(result(start(named)).error()).isEqualTo("pool 'gone' does not exist, expected one of [default]");
        assertThat(trials).isEmpty();
    }

    @Test
    void tellsTheEndOnceMoreWhenStartedAgain() throws Exception {
        put("config.json", CONFIG);
        put("customize_service.py", "code");
        result(start(model));

        assertThat(result(start(model))).isEqualTo(ImportResult.published());
        assertThat(told()).containsOnlyOnce("Model imported successfully.");
        assertThat(trials).hasSize(1);
    }

    @Test
    void otherDependenciesAreInstalledByASecondImport() throws Exception {
        put("config.json", CONFIG);
        put("customize_service.py", "code");
        assertThat(result(start(model))).isEqualTo(ImportResult.published());
        List<Dependency> numpy = List.of(new Dependency("numpy", "2.0.0", Dependency.Restraint.EXACT));
        ModelCommands commands = new ModelCommands(models, pools, woken -> start(woken), Clock.systemUTC());

        Model again = commands.update(
                model.project(),
                model.id(),
                new ModelUpdate(spec -> spec.withDependencies(numpy, null, spec.request()), numpy));
        assertThat(again.status()).isEqualTo(ModelStatus.PUBLISHING);
        assertThat(again.image()).isNull();
        WorkflowStub second =
                temporal.client().newUntypedWorkflowStub(input(model).workflowId());
        assertThat(result(second)).isEqualTo(ImportResult.published());

        assertThat(model().dependencies()).isEqualTo(numpy);
        assertThat(model().image()).isNotNull();
        assertThat(models.events(model.id()))
                .extracting(Event::info)
                .containsSubsequence(
                        "Model imported successfully.",
                        "Model running dependencies updated. Rebuild the image.",
                        "Start model import.",
                        "Model imported successfully.");
        assertThat(trials).hasSize(1);
    }

    private Model asking(TrialPrediction prediction) {
        return model.withSpec(model.spec().withTrial(new TrialSpec(null, null, Map.of(), prediction)));
    }

    /** One that answers each request with its content type and its length. */
    private HttpServer answering(int status) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            byte[] sent = exchange.getRequestBody().readAllBytes();
            String type = exchange.getRequestHeaders().getFirst("Content-Type").split(";", 2)[0];
            byte[] answer = "{\"type\":\"%s\",\"length\":%d,\"scores\":[0.25,1.00000001]}"
                    .formatted(type, sent.length)
                    .getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("X-Error-Cause", "KeyError: 'data'");
            exchange.sendResponseHeaders(status, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
        cluster.placeAt(id -> new Address.Tcp("127.0.0.1", server.getAddress().getPort()));
        return server;
    }

    @Test
    void publishesAModelThatAnswersAsExpected() throws Exception {
        put("config.json", CONFIG);
        put("customize_service.py", "code");
        HttpServer server = answering(200);
        try {
            Model asked = asking(new TrialPrediction(
                    null, "{\"a\":1}", null, "{\"length\":7,\"scores\":[0.25,1]}", TrialPrediction.USUAL_TOLERANCE));

            assertThat(result(start(asked))).isEqualTo(ImportResult.published());
        } finally {
            server.stop(0);
        }
        assertThat(told()).contains("The trial prediction of the model succeeded.", "Model imported successfully.");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "-", textBlock = """
            200 | {"a":1} | -      | {"length":8}      | the answer is not as expected: 'length' of the answer: expected 8, found 7; it was {"type"
            200 | {"a":1} | -      | {"scores":[0.25]} | 'scores' of the answer: expected 1 elements, found 2
            200 | {"a":1} | -      | {"none":null}     | 'none' of the answer: expected null, found nothing
            500 | {"a":1} | -      | -                 | the model answered 500 (KeyError: 'data'): {"type"
            200 | -       | none.x | -                 | the file 'obs://models/iris/model/none.x' (trial.prediction.file) does not exist
            """)
    void failsWithWhatIsWrongInAnAnswer(
            int status, @Nullable String body, @Nullable String file, @Nullable String expected, String cause)
            throws Exception {
        put("config.json", CONFIG);
        put("customize_service.py", "code");
        HttpServer server = answering(status);
        try {
            ImportResult result = result(start(asking(new TrialPrediction("/", body, file, expected, 0))));

            assertThat(result.error()).contains(cause);
        } finally {
            server.stop(0);
        }
        assertThat(told())
                .contains("The trial prediction of the model failed.", "Failed to import the model.")
                .doesNotContain("Model imported successfully.");
        assertThat(sets.find(ImportTrialImpl.set(model.id().value()))).isEmpty();
    }

    @Test
    void sendsAFileOfThePackageInTheFormOfTheApi() throws Exception {
        put(
                "config.json",
                CONFIG.replace(
                        "[]",
                        "[{\"url\":\"/\",\"request\":{\"Content-type\":\"multipart/form-data\",\"data\":{\"type\":\"object\",\"properties\":{\"images\":{\"type\":\"file\"}}}}}]"));
        put("customize_service.py", "code");
        put("test/cat.jpg", "pixels");
        HttpServer server = answering(200);
        try {
            Model asked =
                    asking(new TrialPrediction(null, null, "test/cat.jpg", "{\"type\":\"multipart/form-data\"}", 0));
            assertThat(result(start(asked))).isEqualTo(ImportResult.published());
        } finally {
            server.stop(0);
        }
    }

    @Test
    void aTemplateStandsForTheConfigAndSaysWhatRunsItsModels() throws Exception {
        put("customize_service.py", "code");
        ModelSpec spec = Models.spec("ascend", "0.0.1");
        Model templated = Models.asked(new ModelSpec(
                spec.name(),
                spec.version(),
                ModelType.MINDSPORE,
                new ModelSource.Template(
                        ModelTemplate.ARM_ASCEND, InferenceMode.UNDEFINED, new ObjectUri("models", "iris/")),
                null,
                null,
                null,
                new ModelConfig(
                        "{\"model_algorithm\": \"undefined\", \"model_type\": \"MindSpore\", \"runtime\": \"python3.5\"}",
                        "undefined",
                        ModelType.MINDSPORE,
                        "python3.5",
                        null,
                        List.of(),
                        List.of()),
                List.of(),
                List.of(),
                List.of("real-time"),
                spec.trial(),
                spec.request()));

        assertThat(result(start(templated))).isEqualTo(ImportResult.published());
        assertThat(events.of(templated.id().value()))
                .filteredOn(event -> List.of(
                                "The runtime of the model is replaced.", "The engine of the template is replaced.")
                        .contains(event.info()))
                .extracting(Event::cause)
                .satisfiesExactly(
                        runtime -> assertThat(runtime).startsWith("runtime 'python3.5' meant Python 3.5"),
                        template -> assertThat(template).startsWith("template 'ARM-Ascend模板': MindSpore of today"));
    }

    @Test
    void refusesAnImageThatChangesUsersAtOnce() throws Exception {
        ImageDigest digest = new ImageDigest("sha256:" + "cd".repeat(32));
        pulls.put("r.example.com/served:1.0", digest, 12_345)
                .startingBy(new ImageStart("", List.of("/usr/sbin/gosu", "www-data", "serve"), ""));
        Model image = image("served", "r.example.com/served:1.0", false);

        assertThat(result(start(image)).error())
                .isEqualTo(
                        "image 'r.example.com/served:1.0' starts as root and changes users by 'gosu', and an instance has one user only");

        assertThat(models.events(image.id())).extracting(Event::advice).anySatisfy(advice -> assertThat(advice)
                .startsWith("Put 'USER 1000' into the Dockerfile"));
    }

    @Test
    void saysThatAScriptMayChangeUsers() throws Exception {
        ImageDigest digest = new ImageDigest("sha256:" + "cd".repeat(32));
        pulls.put("r.example.com/served:1.0", digest, 12_345)
                .startingBy(new ImageStart("root", List.of("/start.sh"), "#!/bin/sh\nexec su-exec www serve\n"));
        Model image = image("served", "r.example.com/served:1.0", false);

        assertThat(result(start(image))).isEqualTo(ImportResult.published());

        assertThat(events.of(image.id().value()))
                .filteredOn(event -> event.info().equals("The image may change users when it starts."))
                .extracting(Event::cause)
                .singleElement()
                .asString()
                .startsWith("its script names 'su-exec'");
    }

    @Test
    void pullsAnImageAndStartsItsServer() throws Exception {
        ImageDigest digest = new ImageDigest("sha256:" + "ab".repeat(32));
        pulls.put("r.example.com/served:1.0", digest, 12_345);
        Model image = image("served", "r.example.com/served:1.0", false);

        assertThat(result(start(image))).isEqualTo(ImportResult.published());

        Model published = models.find(image.id()).orElseThrow();
        assertThat(published.image()).isEqualTo(digest);
        assertThat(published.size()).isEqualTo(12_345);
        assertThat(published.interpreter()).isEqualTo("what the image has in it");
        assertThat(pulls.pulled()).containsExactly("r.example.com/served:1.0 %s false".formatted(digest));
        assertThat(events.of(image.id().value()))
                .extracting(Event::info)
                .containsSubsequence(
                        "Source image size calculated successfully.",
                        "Start the image building task.",
                        "Source image shared successfully.",
                        "Image built successfully.");
    }

    static Stream<Arguments> failuresOfPulls() {
        return Stream.of(
                Arguments.of(
                        TransferFailure.Kind.ACCESS,
                        "Failed to access source image. Authenticate Error, token expired."),
                Arguments.of(
                        TransferFailure.Kind.MISSING, "Failed to access source image. Check whether the image exists."),
                Arguments.of(
                        TransferFailure.Kind.SOURCE, "Failed to access source image. Check whether the image exists."),
                Arguments.of(TransferFailure.Kind.TAG_MISSING, "Image r.example.com/served does not have the 1.0 tag."),
                Arguments.of(TransferFailure.Kind.THROTTLED, "The throttling threshold of swr has been reached."),
                Arguments.of(
                        TransferFailure.Kind.TOO_LARGE,
                        "Image [r.example.com/served:1.0] is larger than 20G and cannot be imported."),
                Arguments.of(TransferFailure.Kind.DAMAGED, "Failed to build the image."),
                Arguments.of(TransferFailure.Kind.CONTENT, "Failed to build the image."));
    }

    @ParameterizedTest
    @MethodSource("failuresOfPulls")
    void tellsWhyAnImageCannotBePulled(TransferFailure.Kind kind, String info) throws Exception {
        Model image = image("served", "r.example.com/served:1.0", true);
        pulls.failNext(
                kind == TransferFailure.Kind.TOO_LARGE
                        ? TransferFailure.tooLarge("what was found", "what to do", 20L << 30)
                        : new TransferFailure(kind, "what was found", "what to do"));

        assertThat(result(start(image)).error()).isEqualTo("what was found");

        Event told = Stream.concat(events.of(image.id().value()).stream(), models.events(image.id()).stream())
                .filter(event -> event.info().equals(info))
                .findFirst()
                .orElseThrow();
        assertThat(told.cause()).isEqualTo("what was found");
        assertThat(told.advice()).isEqualTo("what to do");
    }

    private static Model image(String name, String reference, boolean isCopied) {
        ModelSpec spec = Models.spec(name, "0.0.1");
        return Models.asked(new ModelSpec(
                name,
                spec.version(),
                ModelType.IMAGE,
                new ModelSource.ContainerImage(reference, List.of(), isCopied),
                null,
                null,
                null,
                null,
                List.of(),
                List.of(),
                List.of(),
                spec.trial(),
                spec.request()));
    }

    private static Model scikitLearn(String name) {
        ModelSpec spec = Models.spec(name, "0.0.1");
        return Models.asked(new ModelSpec(
                name,
                spec.version(),
                ModelType.SCIKIT_LEARN,
                new ModelSource.PackageFolder(new ObjectUri("models", "iris/")),
                null,
                null,
                null,
                null,
                List.of(),
                List.of(),
                List.of(),
                spec.trial(),
                spec.request()));
    }

    private WorkflowStub start(Model wanted) {
        models.change(wanted.id(), row -> {
            if (row.model().isEmpty()) {
                row.insert(wanted);
            }
            return wanted;
        });
        WorkflowStub workflow = temporal.client()
                .newUntypedWorkflowStub(
                        "ModelImport",
                        WorkflowOptions.newBuilder()
                                .setTaskQueue(Queues.CONTROL)
                                .setWorkflowId(input(wanted).workflowId())
                                .build());
        workflow.signalWithStart("wake", new Object[0], new Object[] {input(wanted)});
        return workflow;
    }

    private static ImportInput input(Model model) {
        return new ImportInput(
                model.id().value(), model.spec().name(), model.spec().version());
    }

    private static ImportResult result(WorkflowStub workflow) throws TimeoutException {
        try {
            return workflow.getResult(60, TimeUnit.SECONDS, ImportResult.class);
        } catch (WorkflowFailedException failed) {
            return BadEnd.resultIn(failed, ImportResult.class).orElseThrow(() -> failed);
        }
    }

    private Model model() {
        return models.find(model.id()).orElseThrow();
    }

    /** What was told of the model: the steps' own events, then the row's. */
    private List<String> told() {
        return Stream.concat(events.of(model.id().value()).stream(), models.events(model.id()).stream())
                .map(Event::info)
                .toList();
    }

    private void put(String name, String text) {
        objects.put(new ObjectUri("models", "iris/model/" + name), text.getBytes(StandardCharsets.UTF_8));
    }
}
