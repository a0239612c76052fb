package dev.slipway.domain.model;

import dev.slipway.domain.access.ProjectId;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Keeps models. */
public interface ModelStore {

    /** One transaction that locks the row, if there is one, for update. {@code work} may run more than once. */
    <R> R change(ModelId id, Function<ModelTransaction, R> work);

    /** The row, of any project. */
    Optional<Model> find(ModelId id);

    /** Those of a project that match, and how many match in all. */
    ModelPage list(ProjectId project, ModelQuery query);

    /**
     * Imports that were asked for before {@code before} and not taken yet, by id.
     *
     * @param after only ids after this one; null for all
     */
    List<Model> untakenSince(Instant before, @Nullable ModelId after, int limit);

    /**
     * Imports that have not ended, taken or not, by id.
     *
     * @param after only ids after this one; null for all
     */
    List<Model> unfinished(@Nullable ModelId after, int limit);

    /** Those of these models whose import has not ended. One query. */
    Set<ModelId> publishing(Collection<ModelId> models);

    /** Keeps the log of the latest build of its environment, in place of an earlier one. Does nothing if there is no such model. */
    void keepBuildLog(ModelId model, String log);

    /** The log of the latest build of its environment; empty if there was none. */
    Optional<String> buildLog(ModelId model);

    /** The aliases of each of these models that has any, by alias. One query. */
    Map<ModelId, List<String>> aliases(Collection<ModelId> models);

    /** The order of a list. */
    enum SortBy {
        CREATED_AT,
        VERSION,
        SIZE
    }

    /**
     * Which models, and from which position; null means any.
     *
     * @param name part of the name, in any case, or the very name if {@code exact}
     */
    record ModelQuery(
            @Nullable String name,
            boolean exact,
            @Nullable String version,
            @Nullable ModelStatus status,
            @Nullable String descriptionContains,
            @Nullable ModelType type,
            @Nullable ModelType notType,
            SortBy sortBy,
            boolean ascending,
            int offset,
            int limit) {

        /** The highest version of exactly this name. */
        public static ModelQuery highestOf(String name) {
            return new ModelQuery(name, true, null, null, null, null, null, SortBy.VERSION, false, 0, 1);
        }

        /** All versions of exactly this name, oldest first. */
        public static ModelQuery versionsOf(String name, int limit) {
            return new ModelQuery(name, true, null, null, null, null, null, SortBy.CREATED_AT, true, 0, limit);
        }
    }

    /** Models and how many match in all. */
    record ModelPage(List<Model> models, long total) {
        public ModelPage {
            models = List.copyOf(models);
        }
    }
}
