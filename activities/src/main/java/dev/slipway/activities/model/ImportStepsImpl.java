package dev.slipway.activities.model;

import dev.slipway.activities.waiting.StepHeartbeat;
import dev.slipway.activities.waiting.StepHeartbeats;
import dev.slipway.activities.waiting.ToldObjectStore;
import dev.slipway.domain.environment.Environment;
import dev.slipway.domain.environment.Environments;
import dev.slipway.domain.event.Event;
import dev.slipway.domain.event.EventStore;
import dev.slipway.domain.image.ImageDigest;
import dev.slipway.domain.image.ImageFile;
import dev.slipway.domain.image.ImageLayers;
import dev.slipway.domain.image.ImagePulls;
import dev.slipway.domain.image.ImagePushes;
import dev.slipway.domain.image.ImageStore;
import dev.slipway.domain.image.TransferFailure;
import dev.slipway.domain.model.EngineRuntime;
import dev.slipway.domain.model.Engines;
import dev.slipway.domain.model.ImportEvents;
import dev.slipway.domain.model.Model;
import dev.slipway.domain.model.ModelConfig;
import dev.slipway.domain.model.ModelId;
import dev.slipway.domain.model.ModelSource;
import dev.slipway.domain.model.ModelStore;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.domain.problem.NotAllowed;
import dev.slipway.domain.problem.NotFound;
import dev.slipway.domain.problem.Unavailable;
import dev.slipway.domain.storage.ObjectStore;
import dev.slipway.domain.storage.ProjectObjects;
import dev.slipway.formats.model.ModelConfigReader;
import dev.slipway.workflows.contract.model.BuildOrder;
import dev.slipway.workflows.contract.model.Built;
import dev.slipway.workflows.contract.model.Checked;
import dev.slipway.workflows.contract.model.ImageOfModel;
import dev.slipway.workflows.contract.model.ImportSteps;
import dev.slipway.workflows.contract.model.Prepared;
import dev.slipway.workflows.contract.model.Refusal;
import io.temporal.activity.Activity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@link ImportSteps} over object storage and the image store. */
public final class ImportStepsImpl implements ImportSteps {

    private static final Logger LOG = LoggerFactory.getLogger(ImportStepsImpl.class);

    private static final String CHANGE_DEPENDENCIES =
            "Change 'dependencies' of config.json as the cause says, and import the model again. What pip said is in the build log: './slipway logs ID build' shows it.";
    private static final String CHANGE_INSTALLATION =
            "The packages are those of the engine itself: name a package index that has them as 'build.index' in slipway.yml, or a Python that has them as 'engines.<name>.python' with 'policy: prefer-installed', and import the model again.";

    private final ModelStore models;
    private final EventStore events;
    private final ObjectStore objects;
    private final ImageStore images;
    private final ImagePushes pushes;
    private final EnvironmentPreparation environments;
    private final PackageImportsCheck imports;
    private final ContainerImport containers;
    private final ProjectObjects granted;
    private final StepHeartbeats heartbeats;
    private final Clock clock;

    /**
     * @param granted which objects a model's project may name; asked again here, because the settings may have changed since the import was
     *     accepted
     */
    public ImportStepsImpl(
            ModelStore models,
            EventStore events,
            ObjectStore objects,
            ImageStore images,
            Environments environments,
            ImagePulls pulls,
            ImagePushes pushes,
            ProjectObjects granted,
            StepHeartbeats heartbeats,
            Clock clock) {
        this.granted = granted;
        this.models = models;
        this.events = events;
        this.objects = objects;
        this.images = images;
        this.pushes = pushes;
        this.environments = new EnvironmentPreparation(models, events, environments, clock);
        this.imports = new PackageImportsCheck(events, clock);
        this.containers = new ContainerImport(models, events, pulls, granted, clock);
        this.heartbeats = heartbeats;
        this.clock = clock;
    }

    @Override
    public Checked check(String modelId) {
        try (StepHeartbeat heartbeat = heartbeats.start(Activity.getExecutionContext())) {
            Model model = model(modelId);
            if (model.spec().source() instanceof ModelSource.ContainerImage image) {
                return containers.check(model, image, heartbeat);
            }
            return check(model, new ToldObjectStore(objects, heartbeat.waits()), heartbeat);
        }
    }

    private Checked check(Model model, ObjectStore told, StepHeartbeat heartbeat) {
        PackageListing listing;
        try {
            listing = listing(model, told, heartbeat);
        } catch (NotFound | NotAllowed | Invalid refused) {
            return refused(new Refusal(
                    ImportEvents.copyFailed(),
                    String.valueOf(refused.getMessage()),
                    "Check source_location and execution_code: bucket, folder and file must exist."));
        }
        PackageCheck check = new PackageCheck(told, model, listing);
        Optional<Refusal> refusal = check.refusal();
        if (refusal.isPresent()) {
            return refused(refusal.get());
        }
        ModelConfig config;
        try {
            config = check.config();
        } catch (Invalid invalid) {
            return refused(new Refusal(
                    info(invalid.field()),
                    String.valueOf(invalid.getMessage()),
                    invalid.code() == ErrorCode.CONFIG_UNSUPPORTED
                            ? "The file is right; this version of Slipway does not support what it asks for. Change the package as the cause says, and import the model again."
                            : "Correct the file at each of these places, upload it, and import the model again."));
        }
        for (String warning : ModelConfigReader.warnings(config, model.spec().config() == null)) {
            events.record(ImportEvents.oddConfig(model.id(), warning, clock.instant()));
        }
        Engines.of(model.spec().type())
                .runtime(model.checked(config, listing.bytes()).runtime())
                .flatMap(EngineRuntime::warning)
                .ifPresent(
                        warning -> events.record(ImportEvents.runtimeReplaced(model.id(), warning, clock.instant())));
        if (model.spec().source() instanceof ModelSource.Template used) {
            String name = used.template().guideName();
            used.template()
                    .reason()
                    .ifPresent(reason -> events.record(ImportEvents.templateReplaced(
                            model.id(), "template '%s': %s".formatted(name, reason), clock.instant())));
        }
        List<String> modelFiles = check.modelFiles();
        if (modelFiles.size() > 1) {
            events.record(ImportEvents.severalModelFiles(
                    model.id(),
                    model.spec().type().wireName(),
                    listing.folder().toString(),
                    modelFiles.getFirst(),
                    clock.instant()));
        }
        events.record(ImportEvents.sizeCalculated(model.id(), clock.instant()));
        models.change(model.id(), row -> {
            row.model().ifPresent(stands -> row.save(stands.checked(config, listing.bytes())));
            return model;
        });
        return new Checked(null, listing.fingerprint(), listing.files().size(), listing.bytes());
    }

    @Override
    public Prepared prepare(BuildOrder order) {
        try (StepHeartbeat heartbeat = heartbeats.start(Activity.getExecutionContext())) {
            return prepare(order, new ToldObjectStore(objects, heartbeat.waits()), heartbeat);
        }
    }

    private Prepared prepare(BuildOrder order, ObjectStore told, StepHeartbeat heartbeat) {
        Model model = model(order.modelId());
        int attempt = Activity.getExecutionContext().getInfo().getAttempt();
        if (attempt > 1) {
            record(ImportEvents.environmentRepeated(model.id(), attempt, clock.instant()));
        }
        if (model.spec().source() instanceof ModelSource.ContainerImage) {
            // It has all that it needs.
            return new Prepared(null, "");
        }
        ModelConfig config = model.config();
        boolean isAsked = config != null && !config.dependencies().isEmpty();
        try {
            PackageListing listing = listing(model, told, heartbeat);
            if (!listing.fingerprint().equals(order.fingerprint())) {
                return new Prepared(changed(listing), "");
            }
            Environment prepared = environments.prepare(model, listing, told, heartbeat);
            models.change(model.id(), row -> {
                row.model().ifPresent(stands -> row.save(stands.preparedWith(prepared)));
                return model;
            });
            imports.tell(model, listing, prepared, told);
            LOG.info("environment prepared model={} environment={}", model.id(), prepared.digest());
            return new Prepared(null, prepared.digest().value());
        } catch (NotAllowed since) {
            return new Prepared(refused(since), "");
        } catch (Invalid never) {
            return new Prepared(
                    new Refusal(
                            ImportEvents.environmentFailed(),
                            String.valueOf(never.getMessage()),
                            isAsked ? CHANGE_DEPENDENCIES : CHANGE_INSTALLATION),
                    "");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Unavailable(ErrorCode.UNAVAILABLE, "interrupted while the environment was prepared");
        }
    }

    @Override
    public Built build(BuildOrder order) {
        try (StepHeartbeat heartbeat = heartbeats.start(Activity.getExecutionContext())) {
            return build(order, new ToldObjectStore(objects, heartbeat.waits()), heartbeat);
        }
    }

    private Built build(BuildOrder order, ObjectStore told, StepHeartbeat heartbeat) {
        Model model = model(order.modelId());
        int attempt = Activity.getExecutionContext().getInfo().getAttempt();
        if (attempt > 1) {
            record(ImportEvents.buildRepeated(model.id(), attempt, clock.instant()));
        }
        if (model.spec().source() instanceof ModelSource.ContainerImage image) {
            return containers.build(model, image, order.fingerprint(), heartbeat);
        }
        PackageListing listing;
        try {
            listing = listing(model, told, heartbeat);
        } catch (NotAllowed since) {
            return new Built(refused(since), "");
        }
        if (!listing.fingerprint().equals(order.fingerprint())) {
            return new Built(changed(listing), "");
        }
        try {
            ImageDigest image = build(model, listing, told, heartbeat);
            return new Built(null, image.value(), pushes.target().isPresent());
        } catch (Invalid invalid) {
            return new Built(
                    new Refusal(
                            ImportEvents.buildFailed(),
                            String.valueOf(invalid.getMessage()),
                            "Correct the package, and import the model again."),
                    "");
        }
    }

    @Override
    public Built push(ImageOfModel image) {
        try (StepHeartbeat heartbeat = heartbeats.start(Activity.getExecutionContext())) {
            Model model = model(image.modelId());
            ImagePushes.Pushed pushed =
                    pushes.push(new ImageDigest(image.image()), model.id().value(), heartbeat::alive);
            record(ImportEvents.imagePushed(
                    model.id(), pushed.reference(), pushed.sent(), pushed.known(), clock.instant()));
            models.change(model.id(), row -> {
                row.model().ifPresent(stands -> row.save(stands.pushedTo(pushed.reference())));
                return model;
            });
            LOG.info("image pushed model={} image={}", model.id(), pushed.reference());
            return new Built(null, image.image());
        } catch (TransferFailure failure) {
            String text = failure.kind() == TransferFailure.Kind.THROTTLED
                    ? ImportEvents.pushThrottled()
                    : ImportEvents.pushFailed();
            return new Built(new Refusal(text, String.valueOf(failure.getMessage()), failure.advice()), "");
        }
    }

    /** @param field the first one that is refused; null for the whole file */
    private static String info(@Nullable String field) {
        if (field == null) {
            return ImportEvents.invalidConfig("content");
        }
        return field.equals("swr_location") ? ImportEvents.swrLocationNotAllowed() : ImportEvents.invalidConfig(field);
    }

    private PackageListing listing(Model model, ObjectStore told, StepHeartbeat heartbeat) {
        model.spec().objects().forEach(uri -> granted.failIfNotOf(model.project(), uri));
        return PackageListing.read(
                told, model.spec().source().asPackage().folder(), model.spec().executionCode(), heartbeat::alive);
    }

    /** Reads what is not known yet straight into the layers of the image. */
    private ImageDigest build(Model model, PackageListing listing, ObjectStore told, StepHeartbeat heartbeat) {
        boolean isFetched = model.spec().source().asPackage().isFetched();
        ImageLayers layers;
        try {
            List<ImageFile> files = PackageFiles.of(model.project().value(), listing, told, heartbeat);
            ModelConfig sent = model.spec().config();
            files = sent == null ? files : PackageFiles.withConfig(files, sent);
            layers = images.keep(isFetched ? PackageFiles.named(files) : files);
        } catch (IOException e) {
            throw new UncheckedIOException("the files below '%s' cannot be copied".formatted(listing.folder()), e);
        }
        heartbeat.failIfCancelled();
        record(
                isFetched
                        ? ImportEvents.filesNamed(
                                model.id(), listing.bytes() - PackageFiles.bytesOfImage(listing, true), clock.instant())
                        : ImportEvents.filesImported(model.id(), clock.instant()));
        record(ImportEvents.buildStarted(model.id(), clock.instant()));
        ImageDigest image = images.build(model.label(), layers);
        record(ImportEvents.imageBuilt(model.id(), clock.instant()));
        LOG.info("image built model={} image={} bytes={}", model.id(), image, listing.bytes());
        return image;
    }

    private void record(Event event) {
        events.record(event);
    }

    private Model model(String modelId) {
        return models.find(new ModelId(modelId))
                .orElseThrow(() ->
                        new NotFound(ErrorCode.MODEL_UNKNOWN, "model '%s' does not exist any more".formatted(modelId)));
    }

    private static Refusal refused(NotAllowed since) {
        return new Refusal(
                ImportEvents.copyFailed(),
                String.valueOf(since.getMessage()),
                "The settings have changed since the import began: import from a folder of the project.");
    }

    private static Refusal changed(PackageListing listing) {
        return new Refusal(
                ImportEvents.buildFailed(),
                "the files below '%s' have changed since they were checked".formatted(listing.folder()),
                "Import the model again once its upload is complete.");
    }

    private static Checked refused(Refusal refusal) {
        return new Checked(refusal, "", 0, 0);
    }
}
