package dev.slipway.activities.model;

import dev.slipway.activities.instance.InstanceLogs;
import dev.slipway.domain.environment.BuildEvents;
import dev.slipway.domain.environment.Environment;
import dev.slipway.domain.environment.Environments;
import dev.slipway.domain.environment.Wheels;
import dev.slipway.domain.event.EventStore;
import dev.slipway.domain.image.ImageDigest;
import dev.slipway.domain.instance.Instance;
import dev.slipway.domain.instance.InstanceSet;
import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.instance.InstanceSetStore;
import dev.slipway.domain.instance.InstanceTemplate;
import dev.slipway.domain.instance.Placement;
import dev.slipway.domain.instance.SetOwner;
import dev.slipway.domain.instance.SetStatus;
import dev.slipway.domain.instance.StartAdvice;
import dev.slipway.domain.model.Engines;
import dev.slipway.domain.model.ImportEvents;
import dev.slipway.domain.model.Model;
import dev.slipway.domain.model.ModelId;
import dev.slipway.domain.model.ModelStatus;
import dev.slipway.domain.model.ModelStore;
import dev.slipway.domain.model.ModelType;
import dev.slipway.domain.pool.PlacedFlavor;
import dev.slipway.domain.pool.Pools;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.NotFound;
import dev.slipway.domain.problem.Unavailable;
import dev.slipway.domain.wait.Wait;
import dev.slipway.domain.wait.WaitCondition;
import dev.slipway.domain.wait.WaitStore;
import dev.slipway.formats.model.ImageServer;
import dev.slipway.workflows.contract.instance.Ending;
import dev.slipway.workflows.contract.model.ImageOfModel;
import dev.slipway.workflows.contract.model.ImportInput;
import dev.slipway.workflows.contract.model.ImportTrial;
import dev.slipway.workflows.contract.model.TrialHealth;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** {@link ImportTrial} over instance sets. */
public final class ImportTrialImpl implements ImportTrial {

    private static final Duration DRAIN = Duration.ofSeconds(5);

    private static final String OF_ITS_OWN = "what the image has in it";

    private static final String CORRECT = "Correct the package, and import the model again.";

    private final ModelStore models;
    private final Pools pools;
    private final InstanceSetStore sets;
    private final InstanceLogs logs;
    private final WaitStore waits;
    private final EventStore events;
    private final Environments environments;
    private final Clock clock;

    public ImportTrialImpl(
            ModelStore models,
            Pools pools,
            InstanceSetStore sets,
            InstanceLogs logs,
            WaitStore waits,
            EventStore events,
            Environments environments,
            Clock clock) {
        this.models = models;
        this.pools = pools;
        this.sets = sets;
        this.logs = logs;
        this.waits = waits;
        this.events = events;
        this.environments = environments;
        this.clock = clock;
    }

    @Override
    public void start(ImageOfModel image) {
        PlacedFlavor place = TrialPlaces.of(models, pools, image.modelId());
        models.change(new ModelId(image.modelId()), row -> {
            Model model = row.model()
                    .filter(stands -> stands.status() == ModelStatus.PUBLISHING)
                    .orElseThrow(() -> new NotFound(
                            ErrorCode.MODEL_UNKNOWN, "model '%s' is not imported any more".formatted(image.modelId())));
            InstanceTemplate template = InstanceTemplate.ofEngine(
                            new ImageDigest(image.image()),
                            model.label(),
                            model.spec().type(),
                            place.flavor(),
                            model.spec().trial().envs(),
                            DRAIN,
                            new Placement(place.pool(), model.project(), Map.of(Placement.MODEL, image.modelId())))
                    .withProcess(ImageServer.of(model))
                    .withStartLimit(pools.trialLimit())
                    .withEnvironment(model.environmentSpec());
            sets.want(SetOwner.model(image.modelId()), new InstanceSet(set(image.modelId()), template), 1);
            return true;
        });
    }

    @Override
    public TrialHealth checkTrial(ImportInput model) {
        String modelId = model.modelId();
        InstanceSetId set = set(modelId);
        await(model, new WaitCondition.Judged(Map.of(set, 1), Set.of()));
        SetStatus status =
                sets.find(set).map(InstanceSetStore.Row::observed).orElse(new SetStatus(set, 1, List.of(), null));
        status.warnings()
                .forEach(text -> events.record(ImportEvents.warned(new ModelId(modelId), text, clock.instant())));
        String failure = status.failure();
        if (failure != null) {
            waits.remove(model.workflowId());
            return new TrialHealth(
                    TrialHealth.State.FAILED,
                    failure,
                    log(status),
                    StartAdvice.ofTrial(failure).orElse(CORRECT));
        }
        if (status.ready() > 0) {
            waits.remove(model.workflowId());
            return new TrialHealth(TrialHealth.State.READY, "", "", "");
        }
        return new TrialHealth(TrialHealth.State.STARTING, "", "", CORRECT);
    }

    private String log(SetStatus status) {
        return status.instances().stream()
                .map(Instance::id)
                .max(Comparator.comparingInt(id -> id.incarnation()))
                .map(logs::end)
                .orElse("");
    }

    @Override
    public void succeeded(String modelId, Duration after) {
        String seconds = String.format(Locale.ROOT, "%.1f s", after.toMillis() / 1000.0);
        ModelId id = new ModelId(modelId);
        models.change(id, row -> {
            row.model().ifPresent(model -> {
                String tried = model.spec().type() == ModelType.IMAGE
                        ? OF_ITS_OWN
                        : environment(model).words();
                row.save(model.triedOn(tried));
                row.record(
                        ImportEvents.trialStartSucceeded(id, "%s, on %s".formatted(seconds, tried), clock.instant()));
            });
            return id;
        });
    }

    /** The one that its instance was started in. */
    private Environment environment(Model model) {
        Environment prepared = model.environment();
        if (prepared != null) {
            return prepared;
        }
        try {
            return environments.prepare(Engines.of(model.spec().type()).environment(), Wheels.NONE, BuildEvents.none());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Unavailable(ErrorCode.UNAVAILABLE, "interrupted while the interpreter was looked for");
        }
    }

    @Override
    public Ending end(ImportInput model, Ending.WaitsFor waitsFor) {
        InstanceSetId set = set(model.modelId());
        WaitCondition.Ended ended = new WaitCondition.Ended(Map.of(set, 0), Set.of());
        sets.scaleDown(set, 0, Set.of());
        await(model, ended);
        if (waitsFor != Ending.WaitsFor.NOTHING
                && !ended.holds(id -> sets.find(id).orElse(null))) {
            return Ending.of(Ending.State.ENDING);
        }
        sets.forget(set);
        waits.remove(model.workflowId());
        return Ending.of(Ending.State.ENDED);
    }

    private void await(ImportInput model, WaitCondition condition) {
        waits.put(new Wait(model.workflowId(), condition, clock.instant()));
    }

    /** The set of a model's trial start. */
    public static InstanceSetId set(String modelId) {
        return new InstanceSetId("trial-" + modelId);
    }
}
