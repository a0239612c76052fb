package dev.slipway.domain.model;

import dev.slipway.domain.access.ProjectId;
import dev.slipway.domain.environment.Environment;
import dev.slipway.domain.environment.EnvironmentSpec;
import dev.slipway.domain.image.ImageDigest;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A model, as stored in its row.
 *
 * @param tenant id of the domain (account)
 * @param owner id of the user
 * @param config the one that the import found; null until then
 * @param size of the package's files in bytes; 0 until it is known
 * @param image null until the model is published
 * @param error why the import failed; null if it did not
 * @param interpreter what it was tried with, for people; null before its trial start
 * @param environment what its import has prepared for its instances; null before that, and in older rows
 * @param pushed its image in a registry, with its digest; null if it is only kept here
 */
public record Model(
        ModelId id,
        ProjectId project,
        String tenant,
        String owner,
        ModelSpec spec,
        ModelStatus status,
        @Nullable ModelConfig config,
        long size,
        @Nullable ImageDigest image,
        @Nullable String error,
        @Nullable String interpreter,
        @Nullable Environment environment,
        @Nullable String pushed,
        Instant createdAt) {

    /** A model whose import has been asked for. */
    public static Model asked(
            ModelId id, ProjectId project, String tenant, String owner, ModelSpec spec, Instant createdAt) {
        return new Model(
                id,
                project,
                tenant,
                owner,
                spec,
                ModelStatus.PUBLISHING,
                null,
                0,
                null,
                null,
                null,
                null,
                null,
                createdAt);
    }

    /** After a change of what was asked for. */
    public Model withSpec(ModelSpec changed) {
        return new Model(
                id,
                project,
                tenant,
                owner,
                changed,
                status,
                config,
                size,
                image,
                error,
                interpreter,
                environment,
                pushed,
                createdAt);
    }

    /** One that is to be imported once more, for other dependencies. */
    public Model askedAgain(ModelSpec changed) {
        return asked(id, project, tenant, owner, changed, createdAt);
    }

    /** What pip installs for it: as its import has found it, else as it was asked for. */
    public List<Dependency> dependencies() {
        ModelConfig known = config == null ? spec.config() : config;
        return known == null ? spec.dependencies() : known.dependencies();
    }

    /** After the check of its package. */
    public Model checked(ModelConfig found, long bytes) {
        return new Model(
                id,
                project,
                tenant,
                owner,
                spec,
                status,
                found,
                bytes,
                image,
                error,
                interpreter,
                environment,
                pushed,
                createdAt);
    }

    /** After its trial start with that interpreter. */
    public Model triedOn(String tried) {
        return new Model(
                id,
                project,
                tenant,
                owner,
                spec,
                status,
                config,
                size,
                image,
                error,
                tried,
                environment,
                pushed,
                createdAt);
    }

    /** After its environment was prepared. */
    public Model preparedWith(Environment prepared) {
        return new Model(
                id,
                project,
                tenant,
                owner,
                spec,
                status,
                config,
                size,
                image,
                error,
                interpreter,
                prepared,
                pushed,
                createdAt);
    }

    /** After its image was pushed. */
    public Model pushedTo(String reference) {
        return new Model(
                id,
                project,
                tenant,
                owner,
                spec,
                status,
                config,
                size,
                image,
                error,
                interpreter,
                environment,
                reference,
                createdAt);
    }

    /** After the import has succeeded. */
    public Model published(ImageDigest built) {
        return new Model(
                id,
                project,
                tenant,
                owner,
                spec,
                ModelStatus.PUBLISHED,
                config,
                size,
                built,
                null,
                interpreter,
                environment,
                pushed,
                createdAt);
    }

    /** After the import has failed. */
    public Model failed(String cause) {
        return new Model(
                id,
                project,
                tenant,
                owner,
                spec,
                ModelStatus.FAILED,
                config,
                size,
                null,
                cause,
                interpreter,
                environment,
                pushed,
                createdAt);
    }

    /** The name of its runtime: the request's, else that of config.json; null for the default. */
    public @Nullable String runtime() {
        return spec.runtime() != null || config == null ? spec.runtime() : config.runtime();
    }

    /** What its instances run in; null for the interpreter of its engine. */
    public @Nullable EnvironmentSpec environmentSpec() {
        return environment == null ? null : environment.spec();
    }

    /** Name and version, for people. */
    public String label() {
        return spec.name() + " " + spec.version();
    }
}
