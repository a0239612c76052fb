package dev.slipway.activities.rollout;

import dev.slipway.domain.image.ImageDigest;
import dev.slipway.domain.instance.InstanceSet;
import dev.slipway.domain.instance.InstanceSetStore;
import dev.slipway.domain.instance.InstanceTemplate;
import dev.slipway.domain.instance.Placement;
import dev.slipway.domain.instance.SetOwner;
import dev.slipway.domain.model.Model;
import dev.slipway.domain.model.ModelConfig;
import dev.slipway.domain.pool.Pool;
import dev.slipway.domain.pool.Pools;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.domain.rollout.RolloutStore;
import dev.slipway.domain.service.Service;
import dev.slipway.domain.service.ServiceConfig;
import dev.slipway.domain.service.ServiceEntry;
import dev.slipway.domain.service.ServiceTransaction;
import dev.slipway.formats.model.ImageServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Reads the context of a rollout's steps and makes the instance sets of its entries. */
public final class RolloutContexts {

    private final InstanceSetStore sets;
    private final RolloutStore rollouts;
    private final Pools pools;

    public RolloutContexts(InstanceSetStore sets, RolloutStore rollouts, Pools pools) {
        this.sets = sets;
        this.rollouts = rollouts;
        this.pools = pools;
    }

    /** The context. Only after the snapshot of the rollout was taken. */
    RolloutContext read(ServiceTransaction transaction, long generation) {
        Service service = transaction.service();
        RolloutStore.Row row = rollouts.find(service.id(), generation).orElseThrow();
        return new RolloutContext(
                service,
                !service.asksFor(generation) || row.settled() != null,
                row.snapshot(),
                Objects.requireNonNullElse(service.serving(), new ServiceConfig(List.of())),
                transaction.generation(generation).config(),
                sets.of(SetOwner.service(service.id().value())));
    }

    /** The instance set of the entry. */
    InstanceSet setOf(ServiceTransaction transaction, ServiceEntry entry) {
        // An existing set keeps its template, even if its flavor is no longer in the settings.
        return sets.find(entry.set()).map(InstanceSetStore.Row::set).orElseGet(() -> newSet(transaction, entry));
    }

    private InstanceSet newSet(ServiceTransaction transaction, ServiceEntry entry) {
        Model model = transaction.lockModel(entry.model());
        ImageDigest image = model.image();
        if (image == null) {
            throw new Invalid(
                    ErrorCode.MODEL_NOT_PUBLISHED, "model '%s' has no image: import it again".formatted(model.label()));
        }
        ModelConfig config = model.config();
        Service service = transaction.service();
        Pool pool = pools.named(entry.pool());
        return new InstanceSet(
                entry.set(),
                InstanceTemplate.ofEngine(
                                image,
                                entry.label(),
                                config == null ? model.spec().type() : config.type(),
                                pool.flavor(entry.specification()).flavor(),
                                entry.envs(),
                                Duration.ofSeconds(entry.rolling().terminationGraceSeconds()),
                                new Placement(
                                        pool.name(),
                                        service.project(),
                                        Map.of(
                                                Placement.SERVICE, service.id().value(),
                                                Placement.MODEL, entry.model().value())))
                        .withProcess(ImageServer.of(model))
                        .withStartLimit(Duration.ofMinutes(entry.deployTimeoutMinutes()))
                        .withEnvironment(model.environmentSpec()));
    }
}
