package dev.slipway.domain.service;

import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.model.Model;
import dev.slipway.domain.model.ModelApi;
import dev.slipway.domain.model.ModelConfig;
import dev.slipway.domain.model.ModelId;
import dev.slipway.domain.model.ModelStatus;
import dev.slipway.domain.pool.Pool;
import dev.slipway.domain.pool.Pools;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.domain.problem.NoCapacity;
import dev.slipway.domain.problem.NotAllowed;
import dev.slipway.domain.storage.ProjectObjects;
import dev.slipway.domain.wave.Snapshot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The rules of a configuration, and the instance set of each of its entries. */
final class ConfigRules {

    private final Pools pools;
    private final ProjectObjects objects;

    ConfigRules(Pools pools, ProjectObjects objects) {
        this.pools = pools;
        this.objects = objects;
    }

    /**
     * The configuration for the requests. Locks its models against deletion.
     *
     * @param living the configuration of the running instances: entries that run like one of it keep its set; null if there are none
     * @throws Invalid if a request breaks a rule
     * @throws NotAllowed NOT_AUTHORISED if it names objects that are not the project's
     * @throws NoCapacity NO_RESOURCES if a pool never has so many slots
     */
    ServiceConfig config(
            ServiceTransaction transaction,
            List<EntryRequest> requests,
            long generation,
            @Nullable ServiceConfig living) {
        Service service = transaction.service();
        checkList(service.inferType(), requests);
        List<ServiceEntry> entries = new ArrayList<>();
        Set<ModelId> seen = new HashSet<>();
        for (int i = 0; i < requests.size(); i++) {
            String path = "config[%d]".formatted(i);
            EntryRequest request = requests.get(i);
            Model model = at(path + ".model_id", () -> locked(transaction, request.model()));
            if (!seen.add(model.id())) {
                throw new Invalid(
                        ErrorCode.SAME_MODEL_TWICE,
                        "config: model '%s' is in more than one entry, expected different versions"
                                .formatted(request.model()));
            }
            checkModel(path, service.inferType(), model);
            if (request.batch() != null) {
                checkBatch(path, request.batch(), model);
                checkObjects(service, request.batch());
            }
            Pool pool = at(path, () -> pools.named(request.pool()));
            at(path + ".specification", () -> pool.flavor(request.specification()));
            entries.add(entry(request, model, pool.name(), newSet(service.id(), generation, i)));
        }
        ServiceConfig config = new ServiceConfig(entries);
        checkSlots(config);
        ServiceConfig wanted = keepingSets(config, living);
        if (living != null) {
            checkPeak(service, living, wanted);
        }
        return wanted;
    }

    private static Model locked(ServiceTransaction transaction, ModelReference reference) {
        AliasUse alias = reference.alias();
        ModelId id = reference.id();
        return id == null && alias != null
                ? transaction.lockModel(alias.alias())
                : transaction.lockModel(Objects.requireNonNull(id));
    }

    private void checkObjects(Service service, BatchEntry batch) {
        objects.failIfNotOf(service.project(), batch.source());
        objects.failIfNotOf(service.project(), batch.destination());
    }

    private void checkPeak(Service service, ServiceConfig living, ServiceConfig wanted) {
        Map<InstanceSetId, Integer> counts =
                living.entries().stream().collect(Collectors.toMap(ServiceEntry::set, ServiceEntry::instanceCount));
        Snapshot change = new ConfigChange(pools).snapshot(living, set -> counts.getOrDefault(set, 0), wanted);
        RequiredSlots.during(service, change, living, wanted).check(pools, RequiredSlots.by(service, living));
    }

    /**
     * The same configuration with new instance sets, for a start.
     *
     * @throws NoCapacity NO_RESOURCES if a pool has become too small for it
     * @throws NotAllowed NOT_AUTHORISED if its objects are not the project's any more
     */
    ServiceConfig anew(Service service, ServiceConfig config, long generation) {
        checkSlots(config);
        for (ServiceEntry entry : config.entries()) {
            if (entry.batch() != null) {
                checkObjects(service, entry.batch());
            }
        }
        List<ServiceEntry> entries = new ArrayList<>();
        for (int i = 0; i < config.entries().size(); i++) {
            entries.add(config.entries().get(i).withSet(newSet(service.id(), generation, i)));
        }
        return new ServiceConfig(entries);
    }

    /** Runs a lookup; its refusal names the field of the request. */
    private static <T> T at(String path, Supplier<T> lookUp) {
        try {
            return lookUp.get();
        } catch (Invalid e) {
            throw new Invalid(e.code(), path, "%s: %s".formatted(path, e.getMessage()));
        }
    }

    private static ServiceEntry entry(EntryRequest request, Model model, String pool, InstanceSetId set) {
        return new ServiceEntry(
                model.id(),
                model.spec().name(),
                model.spec().version(),
                request.specification(),
                pool,
                request.instanceCount(),
                request.weight(),
                request.envs(),
                request.deployTimeoutMinutes(),
                request.rolling(),
                request.batch(),
                set,
                request.asSent(),
                request.model().alias());
    }

    private static InstanceSetId newSet(ServiceId service, long generation, int entry) {
        return new InstanceSetId("service-%s-g%d-e%d".formatted(service, generation, entry));
    }

    private static void checkList(InferType type, List<EntryRequest> requests) {
        if (requests.isEmpty()) {
            throw new Invalid(ErrorCode.PARAMETER, "config: expected at least one entry, found none");
        }
        if (type == InferType.BATCH && requests.size() != 1) {
            throw new Invalid(
                    ErrorCode.PARAMETER,
                    "config: a batch service has exactly one entry, found %d".formatted(requests.size()));
        }
        int weights = requests.stream().mapToInt(EntryRequest::weight).sum();
        if (weights != 100) {
            throw new Invalid(
                    ErrorCode.PARAMETER_VALUE, "config: traffic weights add up to %d, expected 100".formatted(weights));
        }
    }

    private static void checkModel(String path, InferType type, Model model) {
        if (model.status() != ModelStatus.PUBLISHED) {
            String found =
                    model.status() == ModelStatus.PUBLISHING ? "still being imported" : "not imported: it failed";
            throw new Invalid(
                    ErrorCode.MODEL_NOT_PUBLISHED,
                    "%s.model_id: model '%s' is %s, expected it to be published".formatted(path, model.label(), found));
        }
        List<String> types = model.spec().installTypes();
        if (!types.isEmpty() && !types.contains(type.wireName())) {
            throw new Invalid(
                    ErrorCode.MODEL_TYPE_NOT_DEPLOYABLE,
                    "%s.model_id: model '%s' cannot be deployed as '%s', its install_type is %s"
                            .formatted(path, model.label(), type.wireName(), types));
        }
    }

    private static void checkBatch(String path, BatchEntry batch, Model model) {
        ModelConfig config = model.config();
        List<ModelApi> apis = config == null ? List.of() : config.apis();
        List<String> urls = apis.stream().map(ModelApi::url).toList();
        if (!urls.contains(batch.requestUri())) {
            throw new Invalid(
                    ErrorCode.PARAMETER_VALUE,
                    "%s.req_uri: model '%s' has no api '%s', expected one of %s"
                            .formatted(path, model.label(), batch.requestUri(), urls));
        }
    }

    private void checkSlots(ServiceConfig config) {
        Map<String, Integer> wanted = new LinkedHashMap<>();
        for (int i = 0; i < config.entries().size(); i++) {
            ServiceEntry entry = config.entries().get(i);
            Pool.PoolFlavor flavor = pools.named(entry.pool()).flavor(entry.specification());
            int inAll = wanted.merge(entry.pool() + "\n" + entry.specification(), entry.instanceCount(), Integer::sum);
            if (inAll > flavor.slots()) {
                throw new NoCapacity(
                        ErrorCode.NO_RESOURCES,
                        "config[%d].instance_count: pool '%s' has %d slots for specification '%s' in all, found %d wanted: ask for fewer instances"
                                .formatted(i, entry.pool(), flavor.slots(), entry.specification(), inAll));
            }
        }
    }

    private static ServiceConfig keepingSets(ServiceConfig config, @Nullable ServiceConfig living) {
        if (living == null) {
            return config;
        }
        Map<ModelId, ServiceEntry> byModel = new HashMap<>();
        living.entries().forEach(entry -> byModel.put(entry.model(), entry));
        return new ServiceConfig(config.entries().stream()
                .map(entry -> {
                    ServiceEntry before = byModel.get(entry.model());
                    return before != null && entry.runsLike(before) ? entry.withSet(before.set()) : entry;
                })
                .toList());
    }
}
