package dev.slipway.activities.model;

import dev.slipway.activities.waiting.StepHeartbeat;
import dev.slipway.domain.event.EventStore;
import dev.slipway.domain.image.ImageDigest;
import dev.slipway.domain.image.ImagePulls;
import dev.slipway.domain.image.ImageStart;
import dev.slipway.domain.image.PullSource;
import dev.slipway.domain.image.TransferFailure;
import dev.slipway.domain.instance.StartAdvice;
import dev.slipway.domain.model.ImportEvents;
import dev.slipway.domain.model.Model;
import dev.slipway.domain.model.ModelConfig;
import dev.slipway.domain.model.ModelSource;
import dev.slipway.domain.model.ModelStore;
import dev.slipway.domain.model.ModelType;
import dev.slipway.domain.problem.NotAllowed;
import dev.slipway.domain.storage.ProjectObjects;
import dev.slipway.formats.model.ModelConfigReader;
import dev.slipway.workflows.contract.model.Built;
import dev.slipway.workflows.contract.model.Checked;
import dev.slipway.workflows.contract.model.Refusal;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The steps of the import of a container image. */
final class ContainerImport {

    private static final Logger LOG = LoggerFactory.getLogger(ContainerImport.class);

    private final ModelStore models;
    private final EventStore events;
    private final ImagePulls pulls;
    private final ProjectObjects granted;
    private final Clock clock;

    ContainerImport(ModelStore models, EventStore events, ImagePulls pulls, ProjectObjects granted, Clock clock) {
        this.models = models;
        this.events = events;
        this.pulls = pulls;
        this.granted = granted;
        this.clock = clock;
    }

    /** Finds the image at its source. The digest that it has now is the one that is pulled. */
    Checked check(Model model, ModelSource.ContainerImage image, StepHeartbeat heartbeat) {
        ImagePulls.Found found;
        try {
            failIfNotGranted(model);
            found = pulls.find(image.source(), heartbeat::alive);
        } catch (NotAllowed refused) {
            return new Checked(notAllowed(refused), "", 0, 0);
        } catch (TransferFailure failure) {
            return new Checked(refusal(image.source(), failure), "", 0, 0);
        }
        ModelConfig config = configOf(model, image);
        if (model.spec().config() != null) {
            for (String warning : ModelConfigReader.warnings(config, false)) {
                events.record(ImportEvents.oddConfig(model.id(), warning, clock.instant()));
            }
        }
        events.record(ImportEvents.sourceImageSized(model.id(), clock.instant()));
        models.change(model.id(), row -> {
            row.model().ifPresent(stands -> row.save(stands.checked(config, found.bytes())));
            return model;
        });
        return new Checked(null, found.digest().value(), found.layers(), found.bytes());
    }

    /** Pulls exactly the image that was found. */
    Built build(Model model, ModelSource.ContainerImage image, String digest, StepHeartbeat heartbeat) {
        ImageDigest found = new ImageDigest(digest);
        try {
            failIfNotGranted(model);
            events.record(ImportEvents.buildStarted(model.id(), clock.instant()));
            ImageStart start = pulls.pull(image.source(), found, image.isCopied(), heartbeat::alive)
                    .by(image.command());
            Optional<String> changer = start.changesUserBy();
            if (changer.isPresent()) {
                return new Built(changesUser(image, changer.get()), "");
            }
            start.mayChangeUserBy()
                    .ifPresent(
                            program -> events.record(ImportEvents.mayChangeUser(model.id(), program, clock.instant())));
        } catch (NotAllowed refused) {
            return new Built(notAllowed(refused), "");
        } catch (TransferFailure failure) {
            return new Built(refusal(image.source(), failure), "");
        }
        events.record(ImportEvents.sourceImageShared(model.id(), clock.instant()));
        events.record(ImportEvents.imageBuilt(model.id(), clock.instant()));
        LOG.info("image pulled model={} image={} source={}", model.id(), found, image.reference());
        return new Built(null, found.value());
    }

    private void failIfNotGranted(Model model) {
        model.spec().objects().forEach(uri -> granted.failIfNotOf(model.project(), uri));
    }

    private static ModelConfig configOf(Model model, ModelSource.ContainerImage image) {
        ModelConfig sent = model.spec().config();
        return sent != null
                ? sent
                : new ModelConfig(
                        "{\"model_type\":\"Image\",\"swr_location\":\"%s\"}".formatted(image.reference()),
                        null,
                        ModelType.IMAGE,
                        null,
                        null,
                        List.of(),
                        model.spec().apis());
    }

    private static Refusal changesUser(ModelSource.ContainerImage image, String program) {
        return new Refusal(
                ImportEvents.buildFailed(),
                "image '%s' starts as root and changes users by '%s', and an instance has one user only"
                        .formatted(image.reference(), program),
                StartAdvice.ONE_USER);
    }

    private static Refusal notAllowed(NotAllowed refused) {
        return new Refusal(
                ImportEvents.copyFailed(),
                String.valueOf(refused.getMessage()),
                "Import from a layout in a folder of the project.");
    }

    private static Refusal refusal(PullSource source, TransferFailure failure) {
        String text =
                switch (failure.kind()) {
                    case ACCESS -> ImportEvents.sourceImageRefused();
                    case MISSING, SOURCE -> ImportEvents.sourceImageMissing();
                    case TAG_MISSING -> tagMissing(source);
                    case THROTTLED -> ImportEvents.registryThrottled();
                    case TOO_LARGE -> ImportEvents.imageTooLarge(source.toString(), failure.limit());
                    case DAMAGED, CONTENT -> ImportEvents.buildFailed();
                };
        return new Refusal(text, String.valueOf(failure.getMessage()), failure.advice());
    }

    private static String tagMissing(PullSource source) {
        String name =
                switch (source) {
                    case PullSource.Registry registry -> registry.host() + "/" + registry.repository();
                    case PullSource.Layout layout -> layout.folder().toString();
                };
        return ImportEvents.tagMissing(name, String.valueOf(source.tag()));
    }
}
