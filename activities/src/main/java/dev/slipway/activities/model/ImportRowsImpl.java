package dev.slipway.activities.model;

import dev.slipway.domain.event.Origin;
import dev.slipway.domain.image.ImageDigest;
import dev.slipway.domain.model.ImportEvents;
import dev.slipway.domain.model.Model;
import dev.slipway.domain.model.ModelId;
import dev.slipway.domain.model.ModelStatus;
import dev.slipway.domain.model.ModelStore;
import dev.slipway.domain.model.ModelTransaction;
import dev.slipway.workflows.contract.model.FailedImport;
import dev.slipway.workflows.contract.model.ImageOfModel;
import dev.slipway.workflows.contract.model.ImportResult;
import dev.slipway.workflows.contract.model.ImportRows;
import dev.slipway.workflows.contract.model.ImportStart;
import dev.slipway.workflows.contract.model.Refusal;
import java.time.Clock;
import java.time.Instant;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** {@link ImportRows} over the store of models. */
public final class ImportRowsImpl implements ImportRows {

    private final ModelStore models;
    private final Clock clock;

    public ImportRowsImpl(ModelStore models, Clock clock) {
        this.models = models;
        this.clock = clock;
    }

    @Override
    public ImportStart begin(String modelId) {
        return models.change(new ModelId(modelId), row -> {
            Model model = row.model().orElse(null);
            if (model == null) {
                return new ImportStart(modelId, "", null, ImportResult.deleted(), null);
            }
            row.take();
            return new ImportStart(
                    model.label(),
                    model.tenant(),
                    row.importedBy().map(Origin::words).orElse(null),
                    end(model),
                    model.spec().trial().prediction() == null ? null : Boolean.TRUE);
        });
    }

    @Override
    public boolean isWanted(String modelId) {
        return models.find(new ModelId(modelId))
                .map(model -> model.status() == ModelStatus.PUBLISHING)
                .orElse(false);
    }

    @Override
    public ImportResult publish(ImageOfModel image) {
        return settle(image.modelId(), (row, model) -> {
            row.save(model.published(new ImageDigest(image.image())));
            row.record(ImportEvents.imported(model.id(), clock.instant()));
            return ImportResult.published();
        });
    }

    @Override
    public ImportResult fail(FailedImport failed) {
        Refusal refusal = failed.refusal();
        return settle(failed.modelId(), (row, model) -> {
            Instant now = clock.instant();
            // The log of a trial start may follow. It is told once, by the event of the step.
            String cause = refusal.cause().lines().findFirst().orElse("");
            row.save(model.failed(cause));
            row.record(ImportEvents.stepFailed(model.id(), refusal.info(), refusal.cause(), refusal.advice(), now));
            row.record(ImportEvents.failed(model.id(), cause, refusal.advice(), now));
            return ImportResult.failed(cause);
        });
    }

    private ImportResult settle(String modelId, BiFunction<ModelTransaction, Model, ImportResult> end) {
        return models.change(new ModelId(modelId), row -> {
            Model model = row.model().orElse(null);
            if (model == null) {
                return ImportResult.deleted();
            }
            ImportResult stands = end(model);
            return stands != null ? stands : end.apply(row, model);
        });
    }

    private static @Nullable ImportResult end(Model model) {
        return switch (model.status()) {
            case PUBLISHING -> null;
            case PUBLISHED -> ImportResult.published();
            case FAILED -> ImportResult.failed(model.error() == null ? "" : model.error());
        };
    }
}
