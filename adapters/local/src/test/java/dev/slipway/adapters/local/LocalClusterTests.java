package dev.slipway.adapters.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.slipway.domain.instance.DesiredSet;
import dev.slipway.domain.instance.ExecResult;
import dev.slipway.domain.instance.Instance;
import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.instance.InstanceSet;
import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.instance.InstanceState;
import dev.slipway.domain.instance.InstanceTemplate;
import dev.slipway.domain.instance.SetStatus;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.NotFound;
import dev.slipway.domain.problem.Unavailable;
import dev.slipway.testing.instance.Await;
import dev.slipway.testing.instance.Templates;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LocalClusterTests {

    private static final InstanceSetId SET = new InstanceSetId("service-local-g1-e0");

    private final LocalClusterFixture fixture = LocalClusterFixture.create();
    private LocalCluster cluster = fixture.open();
    private long revision;

    @AfterEach
    void close() throws InterruptedException {
        cluster.endAll(Duration.ofSeconds(10));
        cluster.close();
        fixture.close();
    }

    @Test
    void theInstanceServesWithItsLabelAndSettings() {
        Instance instance = ready(LocalClusterFixture.working().withEnvs(Map.of("SETTING", "high")));

        LocalClusterFixture.Answer answer = fixture.ask(instance, "{}").join();

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("\"label\": \"working\"", "\"env\": \"high\"");
    }

    @Test
    void theStateOfAnInstanceSaysWhoseItIs() throws IOException {
        Instance instance = ready(LocalClusterFixture.working());

        String state = Files.readString(fixture.folderOf(instance.id()).path().resolve("state.json"));

        assertThat(state)
                .contains(
                        "\"pool\": \"default\"",
                        "\"project\": \"0123456789abcdef0123456789abcdef\"",
                        "\"labels\": {\"slipway.dev/model\": \"m-1\"}");
    }

    @Test
    void anInstanceHasTheWarningsOfItsRuntime() {
        assertThat(ready(Templates.labelled("warned")).warnings())
                .containsExactly("'XgSkIServingBaseService' is a misprint of the guide, use 'XgSklServingBaseService'");
    }

    /** More often than an instance may crash before it counts as one that cannot start. */
    @Test
    void waitsForWeightsWhoseStoreDoesNotAnswer() {
        for (int each = 0; each < 4; each++) {
            fixture.images().failNext(new Unavailable(ErrorCode.UNAVAILABLE, "the store does not answer"));
        }
        cluster.apply(new DesiredSet(new InstanceSet(SET, LocalClusterFixture.working()), 1, Set.of(), 1));

        Await.until("told", () -> cluster.status(SET).outage() != null, () -> cluster.status(SET));
        assertThat(cluster.status(SET).outage()).isEqualTo("the store does not answer");
        assertThat(cluster.status(SET).failure()).isNull();
        Await.until("ready", () -> cluster.status(SET).ready() == 1, () -> cluster.status(SET));
        assertThat(cluster.status(SET).outage()).isNull();
    }

    @Test
    void failsAtOnceWhereWeightsAreGone() {
        fixture.images().failNext(new NotFound(ErrorCode.OBJECT_PATH_MISSING, "the file 'w' does not exist any more"));
        cluster.apply(new DesiredSet(new InstanceSet(SET, LocalClusterFixture.working()), 1, Set.of(), 1));

        Await.until("told", () -> cluster.status(SET).failure() != null, () -> cluster.status(SET));
        assertThat(cluster.status(SET).failure()).isEqualTo("the file 'w' does not exist any more");
        Await.until("tried again", () -> cluster.status(SET).ready() == 1, () -> cluster.status(SET));
    }

    @Test
    void settingsAreSeenByNobodyElse() throws IOException {
        Instance instance = ready(LocalClusterFixture.working().withEnvs(Map.of("SETTING", "top-secret")));
        InstanceFolder folder = fixture.folderOf(instance.id());

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.path())))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.spec())))
                .isEqualTo("rw-------");
        for (ProcessMark process : List.of(fixture.stateOf(instance.id()).shim(), fixture.processOf(instance.id()))) {
            assertThat(Files.readString(Path.of("/proc/" + process.pid() + "/cmdline")))
                    .doesNotContain("top-secret");
        }
    }

    @Test
    void runsCommandsInTheSandboxOfAnInstance() throws InterruptedException {
        Instance instance = ready(LocalClusterFixture.working().withEnvs(Map.of("SETTING", "high")));
        assumeTrue(
                fixture.stateOf(instance.id()).sandboxed(),
                "instances have no sandbox here: bubblewrap (bwrap) is not installed, or may not make namespaces");

        ExecResult result = cluster.exec(
                instance.id(),
                List.of(
                        "sh",
                        "-c",
                        "hostname; id -u; pwd; echo $SETTING; test -e \"$0\" || echo hidden",
                        fixture.folder().resolve("local/instances").toString()),
                Duration.ofSeconds(30));

        assertThat(result).isEqualTo(new ExecResult(0, "instance\n1000\n/home/mind\nhigh\nhidden\n"));
        assertThat(cluster.exec(instance.id(), List.of("sleep", "600"), Duration.ofMillis(300)))
                .isEqualTo(new ExecResult(null, ""));
        assertThat(cluster.exec(instance.id(), List.of("no-such-command"), Duration.ofSeconds(30))
                        .exitCode())
                .isEqualTo(127);
    }

    @Test
    void usedInstancesHaveTheirLeaseTouched() {
        Instance instance = ready(LocalClusterFixture.working());
        reopen();
        apply(LocalClusterFixture.working(), 1);

        Path lease = fixture.folderOf(instance.id()).path().resolve("lease");

        Await.until("a lease", () -> Files.exists(lease), () -> lease);
    }

    @Test
    void aLeaseThatCannotBeTouchedHarmsNoNeighbour() throws IOException {
        apply(LocalClusterFixture.working(), 2);
        List<Path> leases = await("two ready", status -> status.ready() == 2).instances().stream()
                .sorted(Comparator.comparing(instance -> instance.id().ordinal()))
                .map(instance -> fixture.folderOf(instance.id()).path().resolve("lease"))
                .toList();
        cluster.close();
        Files.deleteIfExists(leases.getFirst());
        // A link to itself: whoever follows it fails, whatever rights he has.
        Files.createSymbolicLink(leases.getFirst(), leases.getFirst().getFileName());
        Files.deleteIfExists(leases.getLast());
        reopen();
        apply(LocalClusterFixture.working(), 2);

        Await.until("the neighbour's lease", () -> Files.exists(leases.getLast()), () -> leases);
    }

    @Test
    void requestsEndBeforeARemovedInstanceDoes() {
        Instance instance = ready(LocalClusterFixture.working());
        CompletableFuture<LocalClusterFixture.Answer> answer = askSlowly(instance);

        replace(instance.id());

        await("draining", status -> stateOf(status, instance.id()) == InstanceState.DRAINING);
        assertThat(answer.join().statusCode()).isEqualTo(200);
        await("gone", status -> stateOf(status, instance.id()) == InstanceState.EXITED);
        assertThat(cluster.status(SET).instances()).noneMatch(Instance::hasCrashed);
    }

    @Test
    void anInstanceThatDoesNotDrainIsKilledAfterItsTime() {
        Instance instance = ready(LocalClusterFixture.working().withDrain(Duration.ofMillis(300)));
        CompletableFuture<LocalClusterFixture.Answer> answer = fixture.ask(instance, "{\"sleep\": 60}");
        awaitSleep(instance.id());

        replace(instance.id());

        await("gone", status -> stateOf(status, instance.id()) == InstanceState.EXITED);
        assertThat(answer).failsWithin(Duration.ofSeconds(5));
        assertThat(cluster.status(SET).instances())
                .filteredOn(each -> each.state() == InstanceState.EXITED)
                .allMatch(Instance::stoppedByUs);
    }

    @Test
    void aLogOutlivesItsInstanceUnderTheSamePath() {
        Instance first = ready(LocalClusterFixture.working());
        String name = cluster.logName(first.id());
        Await.until("a log", () -> !cluster.logTail(first.id(), 1_000).isEmpty(), () -> name);

        cluster.remove(SET);
        Await.until("the folder is gone", () -> !fixture.folderOf(first.id()).exists(), () -> cluster.status(SET));

        assertThat(cluster.logName(first.id())).isEqualTo(name);
        assertThat(Path.of(name)).content().contains("draining");
        assertThat(cluster.logTail(first.id(), 1_000)).contains("ended: exit code");
        assertThat(cluster.followLog(first.id(), 1_000))
                .asString(StandardCharsets.UTF_8)
                .contains("ended: exit code");
    }

    @Test
    void anInstanceIsNotBelievedWhenItSaysThatItDrains() throws IOException {
        Instance first = ready(LocalClusterFixture.working());
        assertThat(fixture.ask(first, "{\"drain\": 1}").join().statusCode()).isEqualTo(200);
        Path log = fixture.folderOf(first.id()).logs().log();

        // A later event: the shim has read the one before.
        fixture.ask(first, "{\"warn\": 1}").join();
        await("the warning", found -> !readyOne(found).warnings().isEmpty());

        assertThat(fixture.stateOf(first.id()).phase()).isEqualTo(ShimState.Phase.READY);
        assertThat(Files.readString(log)).doesNotContain("draining");
        cluster.remove(SET);
        await("gone", found -> found.instances().stream().noneMatch(each -> each.state() != InstanceState.EXITED));
    }

    @Test
    void anInstanceIsReachedWhereItsShimSaysAndNowhereElse() {
        Instance first = ready(LocalClusterFixture.working());
        assertThat(fixture.ask(first, "{\"elsewhere\": 1}").join().statusCode()).isEqualTo(200);
        fixture.ask(first, "{\"warn\": 1}").join();
        await("the warning", found -> !readyOne(found).warnings().isEmpty());

        assertThat(readyOne(cluster.status(SET)).address()).isEqualTo(first.address());
    }

    @Test
    void theFolderMayHaveALongPath() throws IOException {
        Path deep = Files.createDirectories(
                fixture.folder().resolve("d".repeat(100)).resolve("e".repeat(100)));
        cluster.close();
        cluster = new LocalCluster(deep, LocalSettings.usual("python3"), fixture.images(), fixture.client());

        Instance instance = ready(LocalClusterFixture.working());

        assertThat(fixture.ask(instance, "{}").join().statusCode()).isEqualTo(200);
        cluster.remove(SET);
        await("gone", found -> found.instances().stream().noneMatch(each -> each.state() != InstanceState.EXITED));
    }

    @Test
    void aLinkThatIsGoneIsMadeAgainForInstancesThatLive() throws IOException {
        Instance instance = ready(LocalClusterFixture.working());
        SocketFolder sockets = SocketFolder.of(fixture.folder().resolve("local/instances"));
        Files.delete(sockets.folder().resolve("i"));
        Files.delete(sockets.folder());

        Await.until("the link", () -> Files.isSymbolicLink(sockets.folder().resolve("i")), () -> sockets);

        assertThat(fixture.ask(instance, "{}").join().statusCode()).isEqualTo(200);
        assertThat(readyOne(cluster.status(SET)).id()).isEqualTo(instance.id());
    }

    @Test
    void aKilledShimLetsItsInstanceFinishAndAnotherStarts() {
        Instance first = ready(LocalClusterFixture.working());
        ProcessMark process = fixture.processOf(first.id());
        CompletableFuture<LocalClusterFixture.Answer> answer = askSlowly(first);

        fixture.stateOf(first.id()).shim().kill();
        assertThat(answer.join().statusCode()).isEqualTo(200);

        SetStatus status = await(
                "another", found -> found.ready() == 1 && !readyOne(found).id().equals(first.id()));
        assertThat(process.isAlive()).isFalse();
        assertThat(status.instances().getFirst().hasCrashed()).isTrue();
        assertThat(status.instances().getFirst().cause()).isEqualTo("its shim was killed");
    }

    @Test
    void anInstanceThatClosesWhatItWasGivenIsEndedAndAnotherStarts() {
        Instance first = ready(LocalClusterFixture.working());

        CompletableFuture<LocalClusterFixture.Answer> unused = fixture.ask(first, "{\"unreachable\": true}");

        SetStatus status = await(
                "another", found -> found.ready() == 1 && !readyOne(found).id().equals(first.id()));
        assertThat(status.instances().getFirst().hasCrashed()).isTrue();
        assertThat(status.instances().getFirst().cause()).containsPattern("exit code 70|nothing listens");
    }

    @Test
    void anInstanceOnWhoseSocketNothingListensIsEndedAndAnotherStarts() throws IOException {
        Instance first = ready(LocalClusterFixture.working());

        Files.delete(fixture.folderOf(first.id()).path().resolve("s"));

        SetStatus status = await(
                "another", found -> found.ready() == 1 && !readyOne(found).id().equals(first.id()));
        assertThat(status.instances().getFirst().hasCrashed()).isTrue();
        assertThat(status.instances().getFirst().cause()).contains("nothing listens at its address");
    }

    @Test
    void aNewClusterAdoptsWhatLivesAndKeepsItsProcess() {
        Instance first = ready(LocalClusterFixture.working());
        ProcessMark process = fixture.processOf(first.id());
        CompletableFuture<LocalClusterFixture.Answer> answer = askSlowly(first);

        reopen();

        assertThat(cluster.sets()).containsExactly(SET);
        await("adopted", status -> status.ready() == 1);
        assertThat(cluster.status(SET).wanted()).isZero();
        apply(LocalClusterFixture.working(), 1);
        SetStatus status = cluster.status(SET);
        assertThat(status.wanted()).isEqualTo(1);
        assertThat(readyOne(status)).isEqualTo(first);
        assertThat(fixture.processOf(first.id())).isEqualTo(process);
        assertThat(answer.join().statusCode()).isEqualTo(200);
    }

    @Test
    void anAdoptedInstanceIsDrainedWhenItIsNotWanted() {
        ready(LocalClusterFixture.working());
        reopen();

        cluster.remove(SET);

        await("nothing", status -> status.instances().isEmpty());
        assertThat(cluster.sets()).isEmpty();
    }

    @Test
    void instancesOutliveAKilledJavaProcess() throws Exception {
        cluster.close();
        Process child = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        LocalClusterProcess.class.getName(),
                        fixture.folder().toString(),
                        SET.value())
                .redirectErrorStream(true)
                .redirectOutput(fixture.folder().resolve("child.log").toFile())
                .start();
        Path said = fixture.folder().resolve("ready");
        Await.until("a ready instance of the other process", () -> Files.exists(said), child::info);
        InstanceId first = InstanceId.parse(Files.readString(said));

        child.destroyForcibly().waitFor();

        cluster = fixture.open();
        SetStatus status = await("adopted", found -> found.ready() == 1);
        assertThat(readyOne(status).id()).isEqualTo(first);
        assertThat(fixture.ask(readyOne(status), "{}").join().statusCode()).isEqualTo(200);
    }

    @Test
    void whatDiedWhileNobodyLookedIsStartedAgain() {
        Instance first = ready(LocalClusterFixture.working());
        cluster.close();
        fixture.processOf(first.id()).kill();
        Await.until(
                "the end of the shim", () -> !fixture.stateOf(first.id()).shim().isAlive(), () -> first);

        cluster = fixture.open();
        assertThat(cluster.sets()).isEmpty();
        assertThat(cluster.status(SET).instances()).allMatch(Instance::hasCrashed);
        apply(LocalClusterFixture.working(), 1);

        assertThat(readyOne(await("ready", status -> status.ready() == 1)).id()).isNotEqualTo(first.id());
    }

    @Test
    void tellsOfAnInstanceThatDoesNotAnswerUntilItDoes() throws Exception {
        Instance first = ready(LocalClusterFixture.working());
        signal("-STOP", first);

        SetStatus silent =
                await("the silence", found -> found.instances().getFirst().cause() != null);
        assertThat(silent.instances().getFirst().cause()).contains("does not answer its health checks");
        assertThat(silent.ready()).isEqualTo(1);
        assertThat(silent.instances().getFirst().answers()).isFalse();

        signal("-CONT", first);
        SetStatus awake =
                await("an answer", found -> found.instances().getFirst().answers());
        assertThat(awake.instances().getFirst().id()).isEqualTo(first.id());
    }

    private void signal(String signal, Instance instance) throws Exception {
        for (long pid : ProcessMark.below(fixture.processOf(instance.id()).pid())) {
            new ProcessBuilder("kill", signal, Long.toString(pid)).start().waitFor();
        }
    }

    @Test
    void anInstanceThatDoesNotAnswerIsNotAdopted() throws Exception {
        Instance first = ready(LocalClusterFixture.working().withDrain(Duration.ofMillis(200)));
        signal("-STOP", first);

        reopen();
        apply(LocalClusterFixture.working(), 1);

        SetStatus status = await("another", found -> found.ready() == 1);
        assertThat(readyOne(status).id()).isNotEqualTo(first.id());
        assertThat(status.instances().getFirst().cause()).contains("did not answer");
        assertThat(status.instances().getFirst().hasCrashed()).isTrue();
    }

    @Test
    void instancesOfAnotherBootAreDead() throws IOException {
        Instance first = ready(LocalClusterFixture.working());
        cluster.close();
        ProcessMark shim = fixture.stateOf(first.id()).shim();
        Path state = fixture.folderOf(first.id()).path().resolve("state.json");
        String text = Files.readString(state);
        kill(first.id());
        Await.until("the end of the shim", () -> !shim.isAlive(), () -> shim);
        Files.writeString(state, text.replace(HostIdentity.read().bootId(), "00000000-0000-0000-0000-000000000000"));

        cluster = fixture.open();

        assertThat(cluster.sets()).isEmpty();
        assertThat(cluster.status(SET).instances()).isEmpty();
        assertThat(fixture.folderOf(first.id()).exists()).isFalse();
    }

    @Test
    void aPlaceWhoseStarterWasKilledIsFilledSoon() {
        cluster.close();
        InstanceId claimed = new Starts(fixture.folder().resolve("local/instances")).claim(SET, 0);

        cluster = fixture.open();
        apply(LocalClusterFixture.working(), 1);

        SetStatus status = await("ready", found -> found.ready() == 1);
        assertThat(status.instances().getFirst().id()).isEqualTo(claimed);
        assertThat(status.instances().getFirst().cause()).isEqualTo("its shim never came up");
    }

    @Test
    void instancesOfAnotherMachineAreLeftAlone() throws IOException {
        Instance first = ready(LocalClusterFixture.working());
        cluster.close();
        Path copy = fixture.folder().resolve("local/instances/service-foreign-0-7");
        Files.createDirectory(copy);
        String text = Files.readString(fixture.folderOf(first.id()).path().resolve("state.json"));
        Files.writeString(
                copy.resolve("state.json"), text.replace(HostIdentity.read().hostId(), "another-machine"));

        cluster = fixture.open();

        assertThat(cluster.sets()).containsExactly(SET);
        assertThat(copy).exists();
    }

    @Test
    void endsAllEvenWhatNobodyWants() throws InterruptedException {
        Instance first = ready(LocalClusterFixture.working());
        ProcessMark process = fixture.processOf(first.id());
        reopen();
        LocalInstances instances = new LocalInstances(fixture.folder().resolve("local"));
        assertThat(instances.living()).singleElement().satisfies(living -> {
            assertThat(living.name()).isEqualTo(first.id().toString());
            assertThat(living.state()).isEqualTo(InstanceState.READY);
            assertThat(living.address()).isEqualTo(first.address());
            assertThat(living.pid()).isEqualTo(process.pid());
        });

        cluster.endAll(Duration.ofSeconds(10));

        assertThat(process.isAlive()).isFalse();
        assertThat(instances.living()).isEmpty();
    }

    @Test
    void endsWhatAKilledShimLeftAndDoesNotDrain() throws Exception {
        Instance first = ready(LocalClusterFixture.working());
        cluster.close();
        ProcessMark process = fixture.processOf(first.id());
        CompletableFuture<LocalClusterFixture.Answer> answer = fixture.ask(first, "{\"sleep\": 60}");
        awaitSleep(first.id());
        fixture.stateOf(first.id()).shim().kill();

        new LocalInstances(fixture.folder().resolve("local")).endAll(Duration.ofMillis(300));

        assertThat(process.isAlive()).isFalse();
        assertThat(answer).failsWithin(Duration.ofSeconds(5));
    }

    @Test
    void aMissingInterpreterIsNamed() {
        cluster.close();
        cluster = fixture.open("no-such-python");

        apply(LocalClusterFixture.working(), 1);

        assertThat(await("failed", status -> status.failure() != null).failure())
                .contains("'no-such-python'", "install Python 3.9 or newer");
    }

    private void reopen() {
        cluster.close();
        cluster = fixture.open();
    }

    private void kill(InstanceId id) {
        fixture.processOf(id).kill();
    }

    private void apply(InstanceTemplate template, int count) {
        cluster.apply(DesiredSet.of(new InstanceSet(SET, template), count, ++revision));
    }

    private void replace(InstanceId id) {
        InstanceSet set = new InstanceSet(SET, LocalClusterFixture.working());
        cluster.apply(new DesiredSet(set, 1, Set.of(id), ++revision));
    }

    private Instance ready(InstanceTemplate template) {
        apply(template, 1);
        return readyOne(await("ready", status -> status.ready() == 1));
    }

    private CompletableFuture<LocalClusterFixture.Answer> askSlowly(Instance instance) {
        CompletableFuture<LocalClusterFixture.Answer> answer = fixture.ask(instance, "{\"sleep\": 1}");
        awaitSleep(instance.id());
        return answer;
    }

    private void awaitSleep(InstanceId id) {
        Await.until("the request", () -> cluster.logTail(id, 1_000).contains("sleeping"), () -> id);
    }

    private SetStatus await(String expected, Predicate<SetStatus> condition) {
        Await.until(expected, () -> condition.test(cluster.status(SET)), () -> cluster.status(SET));
        return cluster.status(SET);
    }

    private static InstanceState stateOf(SetStatus status, InstanceId id) {
        return status.instances().stream()
                .filter(instance -> instance.id().equals(id))
                .findFirst()
                .orElseThrow()
                .state();
    }

    private static Instance readyOne(SetStatus status) {
        return status.instances().stream()
                .filter(instance -> instance.state() == InstanceState.READY)
                .findFirst()
                .orElseThrow(() -> new AssertionError("none is ready: " + status));
    }
}
