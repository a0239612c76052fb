package dev.slipway.testing.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.domain.access.ProjectId;
import dev.slipway.domain.environment.EnvironmentSpec;
import dev.slipway.domain.instance.Cluster;
import dev.slipway.domain.instance.DesiredSet;
import dev.slipway.domain.instance.ExecResult;
import dev.slipway.domain.instance.Instance;
import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.instance.InstanceSet;
import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.instance.InstanceState;
import dev.slipway.domain.instance.InstanceTemplate;
import dev.slipway.domain.instance.Placement;
import dev.slipway.domain.instance.Probe;
import dev.slipway.domain.instance.ServerProcess;
import dev.slipway.domain.instance.SetStatus;
import dev.slipway.domain.instance.Usage;
import dev.slipway.domain.pool.Flavor;
import dev.slipway.domain.pool.Quantity;
import dev.slipway.domain.problem.NotFound;
import dev.slipway.domain.problem.Unavailable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

/** What every cluster does. A subclass provides the cluster and templates of known behaviour. */
public abstract class ClusterContract {

    private static final InstanceSetId SET = new InstanceSetId("service-contract-g1-e0");

    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** For parts that only name something for people and for the choice of a pool. */
    private static final String A_NAME = "";

    /** The test of each part of a template. */
    private static final Map<String, String> TESTS = Map.ofEntries(
            Map.entry("image", "aMissingImageFailsTheSet"),
            Map.entry("label", "runsAnInstanceAsItsTemplateSays"),
            Map.entry("type", "runsAnInstanceAsItsTemplateSays"),
            Map.entry("flavor.name", A_NAME),
            Map.entry("flavor.cpu", "runsAnInstanceAsItsTemplateSays"),
            Map.entry("flavor.memoryMb", "runsAnInstanceAsItsTemplateSays"),
            Map.entry("flavor.category", A_NAME),
            Map.entry("flavor.extended", "refusesByNameWhatItDoesNotOffer"),
            Map.entry("envs", "runsAnInstanceAsItsTemplateSays"),
            Map.entry("drain", "runsAnInstanceAsItsTemplateSays"),
            Map.entry("placement.pool", "runsAnInstanceAsItsTemplateSays"),
            Map.entry("placement.project", "runsAnInstanceAsItsTemplateSays"),
            Map.entry("placement.labels", "runsAnInstanceAsItsTemplateSays"),
            Map.entry("process.command", "refusesByNameWhatItDoesNotOffer"),
            Map.entry("process.ports", "refusesByNameWhatItDoesNotOffer"),
            Map.entry("process.startup", "refusesByNameWhatItDoesNotOffer"),
            Map.entry("process.readiness", "refusesByNameWhatItDoesNotOffer"),
            Map.entry("process.liveness", "refusesByNameWhatItDoesNotOffer"),
            Map.entry("startLimit", "anInstanceThatIsNotReadyInTimeIsKilledAndCountsAsCrashed"),
            Map.entry("environment", "refusesByNameWhatItDoesNotOffer"));

    /**
     * How an instance runs, seen from outside of the cluster.
     *
     * @param type of the model, as requests name it
     * @param envs at least those of the template
     */
    public record Running(
            String label,
            String type,
            int cpu,
            long memoryMb,
            Map<String, String> envs,
            Placement placement,
            Duration drain) {}

    private long revision;

    /** The cluster under test, empty at the start of each test. */
    protected abstract Cluster cluster();

    /** Becomes ready and stays. */
    protected abstract InstanceTemplate working();

    /** Ends with exit code 3 and a cause that has "wrong setting" in it. */
    protected abstract InstanceTemplate failingToLoad();

    /** Ends with another exit code before it is ready, each time. */
    protected abstract InstanceTemplate dyingBeforeItIsReady();

    /** Never becomes ready. */
    protected abstract InstanceTemplate hanging();

    /** Its image does not exist. */
    protected abstract InstanceTemplate withoutImage();

    /** Kills the instance's process like kill -9. */
    protected abstract void kill(Instance instance);

    /** How this living instance runs. */
    protected abstract Running running(Instance instance);

    /** A part that is accepted and ignored would be noticed by nobody. */
    @Test
    void everyPartOfATemplateHasATest() {
        assertThat(parts("", InstanceTemplate.class).toList()).containsExactlyInAnyOrderElementsOf(TESTS.keySet());
        Set<String> tests = Arrays.stream(ClusterContract.class.getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(Test.class))
                .map(Method::getName)
                .collect(Collectors.toSet());
        assertThat(TESTS.values()).allMatch(test -> test.equals(A_NAME) || tests.contains(test));
    }

    private static Stream<String> parts(String path, Class<?> type) {
        return Arrays.stream(type.getRecordComponents()).flatMap(part -> {
            boolean isGroup =
                    List.of(Flavor.class, Placement.class, ServerProcess.class).contains(part.getType());
            return isGroup ? parts(path + part.getName() + ".", part.getType()) : Stream.of(path + part.getName());
        });
    }

    @Test
    void runsAnInstanceAsItsTemplateSays() {
        Flavor flavor = working().flavor();
        Placement placement = new Placement(
                "pool-7", new ProjectId("7".repeat(32)), Map.of(Placement.SERVICE, "s-7", Placement.MODEL, "m-7"));
        InstanceTemplate template = working()
                .withFlavor(new Flavor(flavor.name(), 3, 4_321, flavor.category(), Map.of()))
                .withEnvs(Map.of("SETTING", "seven", "OTHER", "with = and \u00e4"))
                .withDrain(Duration.ofSeconds(7))
                .withPlacement(placement);
        apply(template, 1);
        Running running = running(readyOne(await("ready", found -> found.ready() == 1)));

        assertThat(running.envs()).containsAllEntriesOf(template.envs());
        assertThat(running)
                .usingRecursiveComparison()
                .ignoringFields("envs")
                .isEqualTo(new Running(
                        template.label(),
                        template.type().wireName(),
                        3,
                        4_321,
                        Map.of(),
                        placement,
                        Duration.ofSeconds(7)));
    }

    @Test
    void startsAsManyAsAreWanted() {
        apply(working(), 2);

        SetStatus status = await("two ready", found -> found.ready() == 2);

        assertThat(status.wanted()).isEqualTo(2);
        assertThat(status.failure()).isNull();
        assertThat(status.instances())
                .extracting(instance -> instance.id().ordinal())
                .containsExactly(0, 1);
        assertThat(status.instances())
                .allSatisfy(instance -> assertThat(instance.address()).isNotNull());
        Await.until("the set", () -> sets().equals(List.of(SET)), this::sets);
    }

    @Test
    void anotherApplyWithTheSameCountChangesNothing() {
        apply(working(), 2);
        List<Instance> before = await("two ready", found -> found.ready() == 2).instances();

        apply(working(), 2);

        await("the same", found -> found.instances().equals(before));
    }

    @Test
    void takesTheHighestOrdinalsAwayFirst() {
        apply(working(), 3);
        await("three ready", found -> found.ready() == 3);

        apply(working(), 1);

        SetStatus status = await("one left", found -> living(found).size() == 1);
        assertThat(living(status).getFirst().id().ordinal()).isZero();
        assertThat(status.instances().stream().filter(one -> one.state() == InstanceState.EXITED))
                .allMatch(Instance::stoppedByUs)
                .noneMatch(Instance::hasCrashed);
    }

    @Test
    void endsTheVeryInstancesThatLeave() {
        apply(working(), 2);
        InstanceId first = await("two ready", found -> found.ready() == 2)
                .instances()
                .getFirst()
                .id();

        apply(working(), 1, Set.of(first));
        apply(working(), 1, Set.of(first));

        SetStatus status = await("one left", found -> living(found).size() == 1);
        assertThat(status.wanted()).isEqualTo(1);
        assertThat(living(status).getFirst().id()).isNotEqualTo(first);
    }

    @Test
    void anotherTakesThePlaceOfOneThatLeavesWhileTheCountStays() {
        apply(working(), 1);
        InstanceId first = readyOne(await("ready", found -> found.ready() == 1)).id();

        apply(working(), 1, Set.of(first));

        SetStatus status = await(
                "another is ready",
                found -> living(found).size() == 1
                        && found.ready() == 1
                        && !readyOne(found).id().equals(first));
        assertThat(status.wanted()).isEqualTo(1);
    }

    @Test
    void doesNotTouchTheSuccessorOfAnInstanceThatHasGone() {
        apply(working(), 1);
        Instance first = await("ready", found -> found.ready() == 1).instances().getFirst();
        kill(first);
        InstanceId second = readyOne(await(
                        "started again",
                        found -> found.ready() == 1 && !readyOne(found).id().equals(first.id())))
                .id();

        apply(working(), 1, Set.of(first.id()));

        await(
                "the successor",
                found -> found.wanted() == 1
                        && found.ready() == 1
                        && readyOne(found).id().equals(second));
    }

    @Test
    void ignoresARevisionThatIsOlder() {
        apply(working(), 2);
        await("two ready", found -> found.ready() == 2);

        insist(() -> cluster().apply(DesiredSet.of(new InstanceSet(SET, working()), 1, 0)));

        await("two ready", found -> found.wanted() == 2 && found.ready() == 2);
    }

    @Test
    void aSetOfNoneEndsAndIsForgotten() {
        apply(working(), 2);
        await("two ready", found -> found.ready() == 2);

        apply(working(), 0);

        await("nothing left", found -> found.instances().isEmpty());
        Await.until("no set", () -> sets().isEmpty(), this::sets);
    }

    @Test
    void startsACrashedInstanceAgainUnderAnotherId() {
        apply(working(), 1);
        Instance first = await("ready", found -> found.ready() == 1).instances().getFirst();

        kill(first);

        SetStatus status = await(
                "ready again",
                found -> found.ready() == 1 && !readyOne(found).id().equals(first.id()));
        Instance gone = status.instances().getFirst();
        assertThat(gone.id()).isEqualTo(first.id());
        assertThat(gone.hasCrashed()).isTrue();
        assertThat(gone.cause()).contains("SIGKILL");
        assertThat(readyOne(status).id().ordinal()).isEqualTo(first.id().ordinal());
        assertThat(readyOne(status).id().incarnation()).isGreaterThan(first.id().incarnation());
        assertThat(status.failure()).isNull();
    }

    @Test
    void exitCodeThreeFailsTheSetAtOnceWithItsCause() {
        apply(failingToLoad(), 1);

        SetStatus status = await("failed", found -> found.failure() != null);

        assertThat(status.failure()).contains("wrong setting");
        assertThat(status.instances()).anySatisfy(instance -> {
            assertThat(instance.exitCode()).isEqualTo(3);
            assertThat(instance.cause()).contains("wrong setting");
            assertThat(instance.hasCrashed()).isTrue();
        });
    }

    @Test
    void threeExitsBeforeTheFirstReadinessFailTheSet() {
        apply(dyingBeforeItIsReady(), 1);

        SetStatus status = await("failed", found -> found.failure() != null);

        assertThat(status.ready()).isZero();
    }

    @Test
    void aMissingImageFailsTheSet() {
        apply(withoutImage(), 1);

        assertThat(await("failed", found -> found.failure() != null).failure()).contains("no image");
    }

    @Test
    void aRemovedSetDrainsAndIsForgotten() {
        apply(working(), 2);
        await("two ready", found -> found.ready() == 2);

        remove();
        remove();

        await("nothing left", found -> found.instances().isEmpty() && found.wanted() == 0);
        Await.until("no set", () -> sets().isEmpty(), this::sets);
    }

    @Test
    void aRemovedSetMayComeBackAndNoIdDoes() {
        apply(working(), 1);
        InstanceId first = readyOne(await("ready", found -> found.ready() == 1)).id();
        remove();

        apply(working(), 1);

        SetStatus status = await(
                "ready again",
                found -> found.ready() == 1 && !readyOne(found).id().equals(first));
        assertThat(status.wanted()).isEqualTo(1);
    }

    @Test
    void anUnknownSetHasNothing() {
        assertThat(status()).isEqualTo(new SetStatus(SET, 0, List.of(), null));
        remove();
        insist(() -> cluster().apply(DesiredSet.of(new InstanceSet(SET, working()), 0, 1)));
        InstanceId unknown = new InstanceId(SET, 0, 1);
        assertThat(logTail(unknown, 100)).isEmpty();
        assertThat(insist(() -> cluster().logName(unknown))).isEmpty();
        assertThat(readAll(follow(unknown))).isEmpty();
        assertThat(usage(unknown)).isEmpty();
        assertThatThrownBy(() -> exec(unknown, "echo"))
                .isInstanceOf(NotFound.class)
                .hasMessageContaining("-0-1");
    }

    @Test
    void tellsWatchersOfChangesUntilTheyLeave() throws Exception {
        Set<InstanceSetId> changed = ConcurrentHashMap.newKeySet();
        try (AutoCloseable watch = cluster().watch(changed::add)) {
            assertThat(watch).isNotNull();
            apply(working(), 1);
            await("ready", found -> found.ready() == 1);
            Await.until("a notice of the start", () -> changed.contains(SET), () -> changed);
            changed.clear();
            remove();
            Await.until("a notice of the end", () -> changed.contains(SET), () -> changed);
        }
    }

    @Test
    void keepsTheLogOfAnInstance() {
        apply(working(), 1);
        InstanceId id = readyOne(await("ready", found -> found.ready() == 1)).id();

        Await.until("a log", () -> !logTail(id, 1_000).isEmpty(), () -> logTail(id, 1_000));

        assertThat(logTail(id, 3).length()).isLessThanOrEqualTo(3);
        assertThat(insist(() -> cluster().logName(id))).contains(id.toString());
    }

    @Test
    void followsALogToTheEndOfItsInstance() {
        apply(working(), 1);
        InstanceId id = readyOne(await("ready", found -> found.ready() == 1)).id();
        InputStream log = follow(id);
        CompletableFuture<String> all = CompletableFuture.supplyAsync(() -> readAll(log));

        apply(working(), 0);

        assertThat(all).succeedsWithin(LIMIT, InstanceOfAssertFactories.STRING).isNotEmpty();
    }

    @Test
    void aClosedLogEndsWhileItsInstanceGoesOn() throws IOException {
        apply(working(), 1);
        InstanceId id = readyOne(await("ready", found -> found.ready() == 1)).id();
        InputStream log = follow(id);
        CompletableFuture<String> all = CompletableFuture.supplyAsync(() -> readAll(log));

        log.close();

        assertThat(all).succeedsWithin(LIMIT);
        await("still ready", found -> found.ready() == 1);
    }

    @Test
    void runsCommandsInAnInstance() {
        apply(working(), 1);
        InstanceId id = readyOne(await("ready", found -> found.ready() == 1)).id();

        assertThat(exec(id, "echo", "it's", "here")).isEqualTo(new ExecResult(0, "it's here\n"));
        assertThat(exec(id, "false")).isEqualTo(new ExecResult(1, ""));
        assertThat(exec(id, "no-such-command").exitCode()).isEqualTo(127);
    }

    @Test
    void endsACommandWhoseTimeIsOver() {
        apply(working(), 1);
        InstanceId id = readyOne(await("ready", found -> found.ready() == 1)).id();

        assertThat(exec(id, Duration.ofMillis(300), "sleep", "600")).isEqualTo(new ExecResult(null, ""));
    }

    @Test
    void saysWhatAnInstanceUsesWhileItLives() {
        apply(working(), 1);
        InstanceId id = readyOne(await("ready", found -> found.ready() == 1)).id();

        assertThat(usage(id)).hasValueSatisfying(used -> {
            assertThat(used.memoryBytes()).isPositive();
            assertThat(used.cpuTime()).isPositive();
        });

        apply(working(), 0);
        Await.until("nothing used", () -> usage(id).isEmpty(), () -> usage(id));
    }

    /** Else one that restarts while its service serves would stay starting for ever. */
    @Test
    void anInstanceThatIsNotReadyInTimeIsKilledAndCountsAsCrashed() {
        apply(hanging().withStartLimit(Duration.ofSeconds(2)), 1);

        SetStatus status = await(
                "another takes its place",
                found -> found.instances().stream().anyMatch(Instance::hasCrashed)
                        && !living(found).isEmpty());
        Instance crashed = status.instances().stream()
                .filter(Instance::hasCrashed)
                .findFirst()
                .orElseThrow();
        assertThat(crashed.cause()).isEqualTo("it was not ready within 2 s of its start");
        assertThat(living(status).getFirst().id().incarnation())
                .isGreaterThan(crashed.id().incarnation());
    }

    @Test
    void refusesByNameWhatItDoesNotOffer() {
        Flavor flavor = working().flavor();
        Probe probe = new Probe("/ping", Duration.ofSeconds(5), Duration.ofSeconds(1), 3);
        Map<String, InstanceTemplate> refused = Map.of(
                "example.com/unknown",
                working()
                        .withFlavor(new Flavor(
                                flavor.name(),
                                flavor.cpu(),
                                flavor.memoryMb(),
                                flavor.category(),
                                Map.of("example.com/unknown", new Quantity(250)))),
                "command",
                working().withProcess(new ServerProcess(List.of("serve"), Map.of(), null, null)),
                "ports",
                working().withProcess(new ServerProcess(List.of(), Map.of("http", 8080), null, null)),
                "start-up probe",
                working().withProcess(new ServerProcess(List.of(), Map.of(), probe, null, null)),
                "readiness probe",
                working().withProcess(new ServerProcess(List.of(), Map.of(), probe, null)),
                "liveness probe",
                working().withProcess(new ServerProcess(List.of(), Map.of(), null, probe)),
                "interpreter 'python==2.7'",
                working().withEnvironment(new EnvironmentSpec("Custom", "python==2.7", List.of())));
        refused.forEach((part, template) -> {
            if (!offers(template)) {
                apply(template, 1);

                assertThat(await("failed", found -> found.failure() != null).failure())
                        .contains(part);

                remove();
                await(
                        "nothing left",
                        found -> found.wanted() == 0 && living(found).isEmpty());
                Await.until("no set", () -> sets().isEmpty(), this::sets);
            }
        });
    }

    /** Whether the cluster offers this template; others have to be refused. */
    protected boolean offers(InstanceTemplate template) {
        return template.equals(working());
    }

    /** Applies this count to the contract's set. */
    protected void apply(InstanceTemplate template, int count) {
        apply(template, count, Set.of());
    }

    private void apply(InstanceTemplate template, int count, Set<InstanceId> leaving) {
        DesiredSet desired = new DesiredSet(new InstanceSet(SET, template), count, leaving, ++revision);
        insist(() -> cluster().apply(desired));
    }

    private void remove() {
        insist(() -> cluster().remove(SET));
    }

    protected SetStatus status() {
        return insist(() -> cluster().status(SET));
    }

    private List<InstanceSetId> sets() {
        return insist(() -> cluster().sets());
    }

    private String logTail(InstanceId id, int bytes) {
        return insist(() -> cluster().logTail(id, bytes));
    }

    private InputStream follow(InstanceId id) {
        return insist(() -> cluster().followLog(id, 1_000));
    }

    private Optional<Usage> usage(InstanceId id) {
        return insist(() -> cluster().usage(id));
    }

    private ExecResult exec(InstanceId id, String... command) {
        return exec(id, LIMIT, command);
    }

    private ExecResult exec(InstanceId id, Duration limit, String... command) {
        return insist(() -> {
            try {
                return cluster().exec(id, List.of(command), limit);
            } catch (InterruptedException stopped) {
                throw new AssertionError("nobody stops a test", stopped);
            }
        });
    }

    private static String readAll(InputStream log) {
        try (log) {
            return new String(log.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Repeats a call until there is an answer, like the reconciler. */
    private static <T> T insist(Supplier<T> call) {
        Instant end = Instant.now().plus(LIMIT);
        while (true) {
            try {
                return call.get();
            } catch (Unavailable away) {
                if (Instant.now().isAfter(end)) {
                    throw away;
                }
            }
        }
    }

    private static void insist(Runnable call) {
        insist(() -> {
            call.run();
            return true;
        });
    }

    protected SetStatus await(String expected, Predicate<SetStatus> condition) {
        List<SetStatus> found = new ArrayList<>(List.of(status()));
        Await.until(
                expected,
                () -> {
                    found.set(0, status());
                    return condition.test(found.getFirst());
                },
                found::getFirst);
        return found.getFirst();
    }

    protected static List<Instance> living(SetStatus status) {
        return status.instances().stream()
                .filter(instance -> instance.state() != InstanceState.EXITED)
                .toList();
    }

    protected static Instance readyOne(SetStatus status) {
        return status.instances().stream()
                .filter(instance -> instance.state() == InstanceState.READY)
                .findFirst()
                .orElseThrow(() -> new AssertionError("none is ready: " + status));
    }
}
