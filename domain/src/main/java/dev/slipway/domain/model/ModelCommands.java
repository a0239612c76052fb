package dev.slipway.domain.model;

import dev.slipway.domain.access.Caller;
import dev.slipway.domain.access.ProjectId;
import dev.slipway.domain.problem.Conflict;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.NotFound;
import dev.slipway.domain.problem.Unavailable;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The one way by which models come and go: one transaction, then a wake. Safe for use by many threads. */
public final class ModelCommands {

    /** So many versions go with one cascading deletion. */
    private static final int MOST_VERSIONS = 20;

    private final ModelStore models;
    private final ModelWaker wake;
    private final Clock clock;

    public ModelCommands(ModelStore models, ModelWaker wake, Clock clock) {
        this.models = models;
        this.wake = wake;
        this.clock = clock;
    }

    /** The same commands without signals, for use inside a larger transaction: its owner calls {@link #wake} after the commit. */
    public ModelCommands quiet() {
        return new ModelCommands(models, model -> {}, clock);
    }

    /** WorkflowSignals the workflow of a model. */
    public void wake(ModelId id) {
        models.find(id).ifPresent(this::wake);
    }

    /**
     * Accepts an import: the row is there, publishing, when this returns.
     *
     * @throws Conflict MODEL_EXISTS if the project has a model of that name and version
     */
    public Model create(Caller caller, ModelSpec spec) {
        Instant now = clock.instant();
        ModelId id = ModelId.random();
        Model model = Model.asked(id, caller.project(), caller.domainId(), caller.userId(), spec, now);
        models.change(id, row -> {
            row.insert(model);
            row.record(ImportEvents.started(id, now));
            return model;
        });
        wake(model);
        return model;
    }

    /**
     * Deletes a model; one that is being imported stops being imported.
     *
     * @param cascade whether all versions of its name go, at most 20
     * @throws NotFound MODEL_UNKNOWN if the project has no such model
     */
    public Deletion delete(ProjectId project, ModelId id, boolean cascade) {
        Model named = find(project, id);
        List<Model> wanted = cascade
                ? models.list(
                                project,
                                ModelStore.ModelQuery.versionsOf(named.spec().name(), MOST_VERSIONS))
                        .models()
                : List.of(named);
        List<ModelId> deleted = new ArrayList<>();
        List<Deletion.Refused> refused = new ArrayList<>();
        for (Model model : wanted) {
            Optional<Conflict> refusal = delete(model);
            if (refusal.isPresent()) {
                refused.add(new Deletion.Refused(model.id(), refusal.get()));
            } else {
                deleted.add(model.id());
                wakeIfImporting(model);
            }
        }
        return new Deletion(deleted, refused);
    }

    /** Deletes a model if its import has not ended: the import ends, name and version are free. False if it had ended. */
    public boolean withdraw(ModelId id) {
        Optional<Model> withdrawn = models.change(id, row -> {
            Optional<Model> importing = row.model().filter(model -> model.status() == ModelStatus.PUBLISHING);
            importing.ifPresent(model -> row.remove());
            return importing;
        });
        withdrawn.ifPresent(this::wake);
        return withdrawn.isPresent();
    }

    /** The project's model. @throws NotFound MODEL_UNKNOWN if it has none of that id */
    public Model find(ProjectId project, ModelId id) {
        return models.find(id)
                .filter(model -> model.project().equals(project))
                .orElseThrow(() -> new NotFound(
                        ErrorCode.MODEL_UNKNOWN, "model '%s' does not exist in this project".formatted(id)));
    }

    private Optional<Conflict> delete(Model model) {
        return models.change(model.id(), row -> {
            if (row.model().isEmpty()) {
                return Optional.empty();
            }
            List<String> services = row.namedBy();
            if (services.isEmpty()) {
                row.remove();
                return Optional.empty();
            }
            Conflict refusal = new Conflict(
                    ErrorCode.MODEL_IN_USE,
                    "model '%s' is used by %s: delete these services first".formatted(model.label(), named(services)));
            row.record(ImportEvents.deletionRefused(model.id(), String.valueOf(refusal.getMessage()), clock.instant()));
            return Optional.of(refusal);
        });
    }

    private static String named(List<String> services) {
        return services.size() == 1 ? "service '%s'".formatted(services.getFirst()) : "services " + services;
    }

    private void wakeIfImporting(Model model) {
        if (model.status() == ModelStatus.PUBLISHING) {
            wake(model);
        }
    }

    private void wake(Model model) {
        try {
            wake.wake(model);
        } catch (Unavailable sweeperMakesUpForIt) {
            // The row is committed: what was accepted is done as soon as Temporal answers.
        }
    }
}
