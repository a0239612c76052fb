package dev.slipway.testing.service;

import dev.slipway.domain.access.Caller;
import dev.slipway.domain.access.ProjectId;
import dev.slipway.domain.image.ImageDigest;
import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.model.Model;
import dev.slipway.domain.model.ModelId;
import dev.slipway.domain.pool.Flavor;
import dev.slipway.domain.pool.Pool;
import dev.slipway.domain.pool.Pools;
import dev.slipway.domain.service.AutoStop;
import dev.slipway.domain.service.BatchEntry;
import dev.slipway.domain.service.EntryRequest;
import dev.slipway.domain.service.InferType;
import dev.slipway.domain.service.ModelReference;
import dev.slipway.domain.service.RollingLimits;
import dev.slipway.domain.service.Service;
import dev.slipway.domain.service.ServiceConfig;
import dev.slipway.domain.service.ServiceCreation;
import dev.slipway.domain.service.ServiceEntry;
import dev.slipway.domain.service.ServiceId;
import dev.slipway.domain.service.ServiceState;
import dev.slipway.domain.service.Wanted;
import dev.slipway.domain.storage.ObjectUri;
import dev.slipway.testing.model.Models;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Makers of valid services, entries, requests and pools. */
public final class Services {

    public static final String FLAVOR = "modelarts.vm.cpu.2u";
    public static final String POOL = "default";
    public static final Instant NOON = Models.NOON;

    private Services() {}

    /** One pool with eight slots of one flavor. */
    public static Pools pools() {
        return pools(8);
    }

    public static Pools pools(int slots) {
        Flavor flavor = new Flavor(FLAVOR, 2, 8192, "CPU");
        return new Pools(List.of(new Pool(POOL, List.of(new Pool.PoolFlavor(flavor, slots)))));
    }

    public static ProjectId anyProject() {
        return new ProjectId(UUID.randomUUID().toString().replace("-", ""));
    }

    public static Caller caller(ProjectId project) {
        return new Caller(project, "default", "user-1", "alice", "tenant-1", "acme", "request-1");
    }

    public static Model published(ProjectId project, String name, String version) {
        return Models.asked(project, name, version)
                .checked(Models.config(), 4711)
                .published(new ImageDigest("sha256:" + "ab".repeat(32)));
    }

    public static EntryRequest request(ModelId model, int instances, int weight) {
        return request(model, instances, weight, Map.of());
    }

    public static EntryRequest request(ModelId model, int instances, int weight, Map<String, String> envs) {
        return new EntryRequest(
                ModelReference.of(model), FLAVOR, null, instances, weight, envs, 20, RollingLimits.DEFAULT, null, "{}");
    }

    public static EntryRequest batchRequest(ModelId model) {
        BatchEntry batch = new BatchEntry(
                new ObjectUri("data", "in/"), false, new ObjectUri("data", "out/"), "/", BatchEntry.Mapping.FILE, null);
        return new EntryRequest(
                ModelReference.of(model), FLAVOR, null, 1, 100, Map.of(), 20, RollingLimits.DEFAULT, batch, "{}");
    }

    /** The same with these limits of a rollout. */
    public static EntryRequest withRolling(EntryRequest entry, RollingLimits rolling) {
        return with(entry, entry.specification(), entry.pool(), rolling);
    }

    /** The same in instances of that flavor. */
    public static EntryRequest withSpecification(EntryRequest entry, String specification) {
        return with(entry, specification, entry.pool(), entry.rolling());
    }

    /** The same in that pool. */
    public static EntryRequest inPool(EntryRequest entry, String pool) {
        return with(entry, entry.specification(), pool, entry.rolling());
    }

    private static EntryRequest with(
            EntryRequest entry, String specification, @Nullable String pool, RollingLimits rolling) {
        return new EntryRequest(
                entry.model(),
                specification,
                pool,
                entry.instanceCount(),
                entry.weight(),
                entry.envs(),
                entry.deployTimeoutMinutes(),
                rolling,
                entry.batch(),
                entry.asSent());
    }

    public static ServiceCreation creation(String name, EntryRequest... entries) {
        return creation(name, null, entries);
    }

    public static ServiceCreation creation(String name, @Nullable AutoStop schedule, EntryRequest... entries) {
        return new ServiceCreation(name, null, InferType.REAL_TIME, "0", 2, "{}", List.of(entries), schedule);
    }

    public static ServiceCreation batchCreation(String name, EntryRequest entry) {
        return new ServiceCreation(name, null, InferType.BATCH, "0", 2, "{}", List.of(entry), null);
    }

    public static ServiceEntry entry(Model model, InstanceSetId set, int instances, int weight) {
        return new ServiceEntry(
                model.id(),
                model.spec().name(),
                model.spec().version(),
                FLAVOR,
                POOL,
                instances,
                weight,
                Map.of(),
                20,
                RollingLimits.DEFAULT,
                null,
                set,
                "{}",
                null);
    }

    /** A real-time service of one entry with one instance, as its creation leaves it. */
    public static Service draft(ProjectId project, String name, Model model) {
        ServiceId id = ServiceId.random();
        InstanceSetId set = new InstanceSetId("service-%s-g1-e0".formatted(id));
        return new Service(
                new Service.Identity(id, project, "tenant-1", "user-1", name, InferType.REAL_TIME, "0", NOON),
                new Service.Details(null, 2, "{}"),
                new Service.Standing(ServiceState.DEPLOYING, NOON, null),
                Service.Numbers.first(),
                Wanted.RUNNING,
                new ServiceConfig(List.of(entry(model, set, 1, 100))),
                null,
                NOON,
                null,
                null);
    }
}
