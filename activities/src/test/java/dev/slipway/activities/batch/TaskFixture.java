package dev.slipway.activities.batch;

import dev.slipway.activities.waiting.Waits;
import dev.slipway.domain.access.Account;
import dev.slipway.domain.access.Project;
import dev.slipway.domain.batch.BatchTask;
import dev.slipway.domain.batch.ChunkCommit;
import dev.slipway.domain.batch.ChunkRange;
import dev.slipway.domain.batch.CommitAnswer;
import dev.slipway.domain.batch.PlanTotals;
import dev.slipway.domain.batch.TaskFolders;
import dev.slipway.domain.batch.TaskId;
import dev.slipway.domain.batch.TaskSpec;
import dev.slipway.domain.instance.Address;
import dev.slipway.domain.instance.Instance;
import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.instance.InstanceState;
import dev.slipway.domain.instance.ServerProcess;
import dev.slipway.domain.instance.SetOwner;
import dev.slipway.domain.instance.SetStatus;
import dev.slipway.domain.model.ModelApi;
import dev.slipway.domain.service.BatchEntry;
import dev.slipway.domain.service.Service;
import dev.slipway.domain.service.ServiceId;
import dev.slipway.domain.storage.ObjectGrant;
import dev.slipway.domain.storage.ObjectUri;
import dev.slipway.domain.storage.ProjectObjects;
import dev.slipway.instance.client.ClientLimits;
import dev.slipway.instance.client.InstanceClient;
import dev.slipway.testing.batch.InMemoryBatchStore;
import dev.slipway.testing.instance.InMemoryInstanceSetStore;
import dev.slipway.testing.instance.Templates;
import dev.slipway.testing.service.InMemoryServiceStore;
import dev.slipway.testing.service.MovingClock;
import dev.slipway.testing.service.Services;
import dev.slipway.testing.storage.InMemoryObjectStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A task with what its single steps meet: rows and storage in memory, instances over HTTP, no workflow. */
final class TaskFixture implements AutoCloseable {

    final InMemoryBatchStore tasks = new InMemoryBatchStore();
    final InMemoryObjectStore store = new InMemoryObjectStore("data");
    final InMemoryInstanceSetStore sets = new InMemoryInstanceSetStore();
    final MovingClock clock = new MovingClock(Services.NOON);
    final ByteBudget budget = new ByteBudget(8 << 20);
    private TaskObjects objects = TaskObjects.ofEverybody();
    final ModelServer model = new ModelServer();
    final BatchTask task;
    private final InstanceClient client = InstanceClient.start(1, ClientLimits.ONE_AT_A_TIME);
    private final BatchLimits limits;
    private final Path folder;

    private TaskFixture(Path folder, BatchLimits limits, BatchEntry entry) {
        this(folder, limits, entry, new ServerProcess(List.of(), Map.of(ServerProcess.HTTP, 8080), null, null));
    }

    private TaskFixture(Path folder, BatchLimits limits, BatchEntry entry, ServerProcess process) {
        this.folder = folder;
        this.limits = limits;
        TaskSpec spec = new TaskSpec(
                entry,
                new ModelApi("/", "POST", null, null, null, null, null, false),
                Templates.labelled("iris 0.0.1").withProcess(process),
                new TaskSpec.Slots(Services.POOL, 2, 2),
                20);
        this.task = tasks.open(
                BatchTask.draft(new TaskId(UUID.randomUUID().toString()), ServiceId.random(), spec, clock.instant()));
        sets.want(SetOwner.service(task.service().value()), TaskInstances.setOf(task), 2);
        ready(model.address());
    }

    /** Over {@code obs://data/in/}, a file being a record. */
    static TaskFixture files(Path folder) {
        return files(folder, Limits.USUAL);
    }

    static TaskFixture files(Path folder, BatchLimits limits) {
        return new TaskFixture(folder, limits, entry("in/", BatchEntry.Mapping.FILE, null));
    }

    /** Over the files that {@code obs://data/list.manifest} names. */
    static TaskFixture manifest(Path folder) {
        BatchEntry entry = new BatchEntry(
                new ObjectUri("data", "list.manifest"),
                true,
                new ObjectUri("data", "out/"),
                "/",
                BatchEntry.Mapping.FILE,
                null);
        return new TaskFixture(folder, Limits.USUAL, entry);
    }

    /** Over {@code obs://data/in/}, a row being a record of a text and a number. */
    static TaskFixture tables(Path folder) {
        return tables(folder, Limits.USUAL);
    }

    static TaskFixture tables(Path folder, BatchLimits limits) {
        return new TaskFixture(folder, limits, rows());
    }

    /** The same with our own server in the instances, which gets rows in blocks. */
    static TaskFixture blocks(Path folder) {
        return blocks(folder, Limits.USUAL);
    }

    static TaskFixture blocks(Path folder, BatchLimits limits) {
        return new TaskFixture(folder, limits, rows(), ServerProcess.OF_ENGINE);
    }

    private static BatchEntry rows() {
        return entry("in/", BatchEntry.Mapping.CSV, """
                {"type":"object","properties":{"a":{"type":"string","index":0},"b":{"type":"number","index":1}}}""");
    }

    private static BatchEntry entry(String source, BatchEntry.Mapping mapping, @Nullable String rule) {
        return new BatchEntry(new ObjectUri("data", source), false, new ObjectUri("data", "out/"), "/", mapping, rule);
    }

    void put(String key, String text) {
        store.put(new ObjectUri("data", key), text.getBytes(StandardCharsets.UTF_8));
    }

    /** From now on the project of the task may name these folders alone. */
    void grant(String... folders) {
        Account account = new Account("1", "acme");
        Service service =
                Services.draft(Services.anyProject(), "batch", Services.published(Services.anyProject(), "m", "0.0.1"));
        ProjectObjects granted = new ProjectObjects(
                List.of(new ObjectGrant(
                        "acme",
                        "one",
                        Stream.of(folders).map(ObjectGrant::folder).toList())),
                () -> List.of(new Project(service.project(), "one", account)));
        objects = new TaskObjects(any -> Optional.of(service), granted);
    }

    /** From now on an instance is ready at each of these addresses; those that were are gone. */
    void ready(Address... addresses) {
        InstanceSetId set = task.id().instances();
        List<Instance> instances = new ArrayList<>();
        for (Address address : addresses) {
            InstanceId id = new InstanceId(set, instances.size(), 1);
            instances.add(new Instance(id, InstanceState.READY, address, null, null, false));
        }
        sets.observe(
                new SetStatus(set, 2, instances, null),
                sets.find(set).orElseThrow().desired().revision());
    }

    /** Object storage as a new attempt sees it. */
    TaskStorage storage() {
        BatchTask row = tasks.find(task.id()).orElseThrow();
        return new TaskStorages(tasks, any -> true, store, StorageLimits.DEFAULT, objects, clock)
                .of(row, Waits.unseen());
    }

    TaskFolders folders() {
        return storage().folders();
    }

    PlanTotals plan() throws IOException, InterruptedException {
        PlanTotals totals = new Planner(storage(), "obs.local", limits).plan(task, "fence", Liveness.NONE);
        tasks.planned(task.id(), totals);
        return totals;
    }

    /** Has the chunk done, by an execution of that name. */
    CommitAnswer work(long from, long to, String fence) throws IOException, InterruptedException {
        return work(from, to, fence, Liveness.NONE);
    }

    CommitAnswer work(long from, long to, String fence, Liveness liveness) throws IOException, InterruptedException {
        try (InstancePool pool = pool()) {
            return new ChunkWorker(tasks, storage(), folder, limits, budget)
                    .work(task, new ChunkRange(from, to), fence, pool, liveness);
        }
    }

    /** The text of the part's answers. */
    String answers(long from, long to, String fence) {
        String part = ChunkCommit.part(new ChunkRange(from, to), fence);
        byte[] bytes = store.bytes(folders().partData(part));
        return bytes == null ? "(none)" : new String(bytes, StandardCharsets.UTF_8);
    }

    /** The ready instances. To be closed. */
    InstancePool pool() {
        TaskInstances instances = new TaskInstances(new InMemoryServiceStore(), sets, tasks);
        return new InstancePool(instances, task.id().instances(), limits, ChunkWorker.isInBlocks(task), client);
    }

    @Override
    public void close() {
        model.close();
        client.close();
    }
}
