package dev.slipway.domain.model;

import dev.slipway.domain.access.Caller;
import dev.slipway.domain.access.ProjectId;
import dev.slipway.domain.event.Origin;
import dev.slipway.domain.pool.Pools;
import dev.slipway.domain.problem.Conflict;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.domain.problem.NotAllowed;
import dev.slipway.domain.problem.NotFound;
import dev.slipway.domain.problem.Unavailable;
import dev.slipway.domain.storage.ProjectObjects;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The commands over models. Each is one transaction, followed by a wake of the workflow. Models are changed only here. Safe for use by many
 * threads.
 */
public final class ModelCommands {

    private static final System.Logger LOG = System.getLogger(ModelCommands.class.getName());

    /** How many versions one cascading deletion may remove. */
    private static final int MOST_VERSIONS = 20;

    /** How many it names that it does not remove. */
    private static final int MOST_LISTED = 1000;

    private final ModelStore models;
    private final Pools pools;
    private final ModelWaker wake;
    private final ProjectObjects objects;
    private final Clock clock;
    private final @Nullable Origin origin;

    /** For projects that share all objects. */
    public ModelCommands(ModelStore models, Pools pools, ModelWaker wake, Clock clock) {
        this(models, pools, wake, ProjectObjects.ofEverybody(), clock);
    }

    /** @param objects which packages a project may import */
    public ModelCommands(ModelStore models, Pools pools, ModelWaker wake, ProjectObjects objects, Clock clock) {
        this(models, pools, wake, objects, clock, null);
    }

    private ModelCommands(
            ModelStore models,
            Pools pools,
            ModelWaker wake,
            ProjectObjects objects,
            Clock clock,
            @Nullable Origin origin) {
        this.objects = objects;
        this.models = models;
        this.pools = pools;
        this.wake = wake;
        this.clock = clock;
        this.origin = origin;
    }

    /** The same commands, given by that one: their events and log lines say so. */
    public ModelCommands by(Origin giver) {
        return new ModelCommands(models, pools, wake, objects, clock, giver);
    }

    /** The same commands without a wake, for use in a larger transaction: the caller calls {@link #wake} after the commit. */
    public ModelCommands withoutWakes() {
        return new ModelCommands(models, pools, model -> {}, objects, clock, origin);
    }

    /** Wakes the workflow of a model. */
    public void wake(ModelId id) {
        models.find(id).ifPresent(this::wake);
    }

    /**
     * Accepts an import: when this returns, the row exists with status publishing.
     *
     * @throws Conflict MODEL_EXISTS if the project has a model of that name and version
     * @throws Invalid POOL_UNKNOWN or FLAVOR_UNKNOWN if it cannot be started on trial where it asks for
     * @throws NotAllowed NOT_AUTHORISED if it names objects that are not the project's
     */
    public Model create(Caller caller, ModelSpec spec) {
        checkTrial(spec.trial());
        spec.objects().forEach(uri -> objects.failIfNotOf(caller.project(), uri));
        Instant now = clock.instant();
        ModelId id = ModelId.random();
        Model model = Model.asked(id, caller.project(), caller.domainId(), caller.userId(), spec, now);
        models.change(id, row -> {
            row.insert(model);
            row.record(ImportEvents.started(id, now).by(caller.origin()));
            return model;
        });
        by(caller.origin()).log("import accepted", model);
        wake(model);
        return model;
    }

    /** The version after the highest one that the project has of that name; the first one if it has none. */
    public ModelVersion nextVersion(ProjectId project, String name) {
        return models.list(project, ModelStore.ModelQuery.highestOf(name)).models().stream()
                .findFirst()
                .map(model -> ModelVersion.parse(model.spec().version()).next())
                .orElse(ModelVersion.FIRST);
    }

    private void checkTrial(TrialSpec trial) {
        try {
            pools.placeOfTrial(trial.pool(), trial.specification());
        } catch (Invalid unknown) {
            String field = unknown.code() == ErrorCode.POOL_UNKNOWN ? "trial.pool" : "trial.specification";
            throw new Invalid(unknown.code(), field, "%s: %s".formatted(field, unknown.getMessage()));
        }
    }

    /**
     * Changes what may be changed of a model: its description and its dependencies. Other dependencies than it has begin its import anew.
     *
     * @throws NotFound MODEL_UNKNOWN if the project has no such model
     * @throws Conflict if its dependencies cannot be changed now: WRONG_STATE while it is imported, and if services use it
     * @throws Invalid PARAMETER if an empty list would not remove those of its config.json
     */
    public Model update(ProjectId project, ModelId id, ModelUpdate update) {
        Model updated = models.change(id, row -> {
            Model before = visible(row.model(), project, id);
            Model after = before.withSpec(update.change().apply(before.spec()));
            Instant now = clock.instant();
            if (!Objects.equals(after.spec().description(), before.spec().description())) {
                row.record(ImportEvents.described(id, now).by(origin));
            }
            List<Dependency> sent = update.dependencies();
            if (sent == null || sent.equals(before.dependencies())) {
                if (sent != null) {
                    row.record(ImportEvents.dependenciesNotUpdated(id, now).by(origin));
                }
                row.save(after);
                return after;
            }
            failIfItCannotBeRebuilt(row, before, after, sent);
            Model again = before.askedAgain(after.spec());
            row.askAgain(again);
            row.record(ImportEvents.dependenciesUpdated(id, now).by(origin));
            row.record(ImportEvents.started(id, now).by(origin));
            return again;
        });
        log("model updated", updated);
        if (update.dependencies() != null) {
            wakeIfImporting(updated);
        }
        return updated;
    }

    private static void failIfItCannotBeRebuilt(
            ModelTransaction row, Model before, Model after, List<Dependency> sent) {
        if (before.status() == ModelStatus.PUBLISHING) {
            throw new Conflict(
                    ErrorCode.WRONG_STATE,
                    "model '%s' is being imported: wait until it is published or failed, or cancel its import, before you change its dependencies"
                            .formatted(before.label()));
        }
        List<ModelTransaction.NamedBy> services = row.namedBy();
        if (!services.isEmpty()) {
            throw new Conflict(
                    ErrorCode.WRONG_STATE,
                    "model '%s' is used by %s: make a new version by 'copy_from' with the other dependencies"
                            .formatted(before.label(), named(services)));
        }
        if (sent.isEmpty()
                && after.spec().config() == null
                && before.spec().dependencies().isEmpty()) {
            throw new Invalid(
                    ErrorCode.PARAMETER,
                    "dependencies",
                    "dependencies: an empty list does not remove those of model/config.json: change that file, and import a new version");
        }
    }

    /**
     * Lets an alias name that version. Does nothing if it does already.
     *
     * @param alias what stands after the {@code @}
     * @return the services that name the alias: they have to be told
     * @throws NotFound MODEL_UNKNOWN if the project has no such model
     * @throws Conflict WRONG_STATE if it is not published
     */
    public List<ModelTransaction.NamedBy> moveAlias(ProjectId project, ModelId id, String alias) {
        List<ModelTransaction.NamedBy> named = models.change(id, row -> {
            Model model = visible(row.model(), project, id);
            ModelAlias moved = new ModelAlias(model.spec().name(), alias);
            if (model.status() != ModelStatus.PUBLISHED) {
                throw new Conflict(
                        ErrorCode.WRONG_STATE,
                        "model '%s' is %s: expected a published one for alias '%s'"
                                .formatted(model.label(), model.status().wireName(), moved));
            }
            Optional<ModelId> before = row.moveAlias(moved);
            if (before.filter(id::equals).isPresent()) {
                return List.of();
            }
            Instant now = clock.instant();
            String versionBefore = before.flatMap(models::find)
                    .map(other -> other.spec().version())
                    .orElse(null);
            row.record(ImportEvents.aliasGiven(id, moved, versionBefore, now).by(origin));
            before.ifPresent(other -> row.record(
                    ImportEvents.aliasTaken(other, moved, model.spec().version(), now)
                            .by(origin)));
            return row.namedBy(project, moved);
        });
        models.find(id).ifPresent(model -> log("alias '%s' moved".formatted(alias), model));
        return named;
    }

    /**
     * Removes an alias.
     *
     * @throws NotFound MODEL_UNKNOWN if the project has no such model, or the alias does not name it
     * @throws Conflict WRONG_STATE if services name it
     */
    public void removeAlias(ProjectId project, ModelId id, String alias) {
        Model model = models.change(id, row -> {
            Model named = visible(row.model(), project, id);
            ModelAlias removed = new ModelAlias(named.spec().name(), alias);
            if (!row.removeAlias(removed)) {
                throw new NotFound(
                        ErrorCode.MODEL_UNKNOWN,
                        "alias '%s' does not name model '%s'".formatted(removed, named.label()));
            }
            List<ModelTransaction.NamedBy> services = row.namedBy(project, removed);
            if (!services.isEmpty()) {
                throw new Conflict(
                        ErrorCode.WRONG_STATE,
                        "alias '%s' is named by %s: name another model in their configuration first"
                                .formatted(removed, named(services)));
            }
            row.record(
                    ImportEvents.aliasTaken(id, removed, null, clock.instant()).by(origin));
            return named;
        });
        log("alias '%s' removed".formatted(alias), model);
    }

    /**
     * Ends an import as failed. Its workflow ends soon after, and releases what it holds.
     *
     * @throws NotFound MODEL_UNKNOWN if the project has no such model
     * @throws Conflict WRONG_STATE if its import has ended
     */
    public Model cancel(ProjectId project, ModelId id) {
        Model cancelled = models.change(id, row -> {
            Model importing = visible(row.model(), project, id);
            if (importing.status() != ModelStatus.PUBLISHING) {
                throw new Conflict(
                        ErrorCode.WRONG_STATE,
                        "the import of model '%s' has ended, the model is %s: only an import that goes on can be cancelled, delete the model if it is not wanted"
                                .formatted(importing.label(), importing.status().wireName()));
            }
            Instant now = clock.instant();
            String cause = "the import was cancelled" + (origin == null ? "" : " " + origin.words());
            String advice = "Import the model again if this was not intended.";
            Model ended = importing.failed(cause);
            row.take();
            row.save(ended);
            row.record(ImportEvents.buildStatus(id, "cancelled", now).by(origin));
            row.record(ImportEvents.stepFailed(id, ImportEvents.buildFailed(), cause, advice, now)
                    .by(origin));
            row.record(ImportEvents.failed(id, cause, advice, now));
            return ended;
        });
        log("import cancelled", cancelled);
        wake(cancelled);
        return cancelled;
    }

    /**
     * Deletes a model. A running import is cancelled.
     *
     * @param cascade whether to delete all versions of its name, at most 20
     * @throws NotFound MODEL_UNKNOWN if the project has no such model
     */
    public Deletion delete(ProjectId project, ModelId id, boolean cascade) {
        Model named = find(project, id);
        List<Model> wanted = cascade
                ? models.list(
                                project,
                                ModelStore.ModelQuery.versionsOf(named.spec().name(), MOST_LISTED))
                        .models()
                : List.of(named);
        List<ModelId> deleted = new ArrayList<>();
        List<Deletion.Refused> refused = new ArrayList<>();
        for (Model model : wanted.subList(0, Math.min(wanted.size(), MOST_VERSIONS))) {
            Optional<Conflict> refusal = delete(model);
            if (refusal.isPresent()) {
                refused.add(new Deletion.Refused(model.id(), refusal.get()));
            } else {
                deleted.add(model.id());
                log("model deleted", model);
                wakeIfImporting(model);
            }
        }
        wanted.stream()
                .skip(MOST_VERSIONS)
                .forEach(model -> refused.add(new Deletion.Refused(model.id(), tooMany(model))));
        return new Deletion(deleted, refused);
    }

    private static Conflict tooMany(Model model) {
        return new Conflict(
                ErrorCode.PARAMETER_VALUE,
                "model '%s' is kept: one call with 'cascade' deletes at most %d versions, call again for the others"
                        .formatted(model.label(), MOST_VERSIONS));
    }

    /** Deletes a model if its import has not ended; name and version are free then. False if it had ended. */
    public boolean withdraw(ModelId id) {
        Optional<Model> withdrawn = models.change(id, row -> {
            Optional<Model> importing = row.model().filter(model -> model.status() == ModelStatus.PUBLISHING);
            importing.ifPresent(model -> row.remove());
            return importing;
        });
        withdrawn.ifPresent(model -> {
            log("import withdrawn", model);
            wake(model);
        });
        return withdrawn.isPresent();
    }

    /** The project's model. @throws NotFound MODEL_UNKNOWN if it has none of that id */
    public Model find(ProjectId project, ModelId id) {
        return visible(models.find(id), project, id);
    }

    private static Model visible(Optional<Model> found, ProjectId project, ModelId id) {
        return found.filter(model -> model.project().equals(project))
                .orElseThrow(() -> new NotFound(
                        ErrorCode.MODEL_UNKNOWN, "model '%s' does not exist in this project".formatted(id)));
    }

    private Optional<Conflict> delete(Model model) {
        return models.change(model.id(), row -> {
            if (row.model().isEmpty()) {
                return Optional.empty();
            }
            List<ModelTransaction.NamedBy> services = row.namedBy();
            if (services.isEmpty()) {
                row.remove();
                return Optional.empty();
            }
            Conflict refusal = new Conflict(
                    ErrorCode.MODEL_IN_USE,
                    "model '%s' is used by %s: delete these services first".formatted(model.label(), named(services)));
            row.record(ImportEvents.deletionRefused(model.id(), String.valueOf(refusal.getMessage()), clock.instant())
                    .by(origin));
            return Optional.of(refusal);
        });
    }

    private static String named(List<ModelTransaction.NamedBy> services) {
        return (services.size() == 1 ? "service " : "services ")
                + services.stream().map(ModelTransaction.NamedBy::words).collect(Collectors.joining(", "));
    }

    private void wakeIfImporting(Model model) {
        if (model.status() == ModelStatus.PUBLISHING) {
            wake(model);
        }
    }

    private void log(String what, Model model) {
        LOG.log(
                System.Logger.Level.INFO,
                "{0} model={1} label=\"{2}\" user={3} project={4} request={5}",
                what,
                model.id(),
                model.label(),
                origin == null ? "-" : origin.user(),
                origin == null ? "-" : origin.project(),
                origin == null ? "-" : origin.request());
    }

    private void wake(Model model) {
        try {
            wake.wake(model);
        } catch (Unavailable sweeperMakesUpForIt) {
            // The row is committed; a sweeper wakes the workflow as soon as Temporal answers.
        }
    }
}
