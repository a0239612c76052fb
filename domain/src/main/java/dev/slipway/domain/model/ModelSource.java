package dev.slipway.domain.model;

import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.domain.storage.ObjectUri;

/** Where a model comes from. */
public sealed interface ModelSource {

    /**
     * A package in object storage.
     *
     * @param folder parent of {@code model/}
     */
    record PackageFolder(ObjectUri folder) implements ModelSource {}

    /** An image in a registry, with its own server. */
    record ContainerImage(String reference) implements ModelSource {}

    /**
     * A package in object storage without a config.json: a template says what that would.
     *
     * @param folder parent of {@code model/}
     */
    record Template(ModelTemplate template, InferenceMode mode, ObjectUri folder) implements ModelSource {}

    /**
     * The package to import. Other kinds of source cannot be imported yet and are refused here.
     *
     * @throws Invalid PARAMETER for another kind of source; names it
     */
    default PackageFolder asPackage() {
        return switch (this) {
            case PackageFolder source -> source;
            case ContainerImage image -> throw notBuiltYet("container image", "model_type", image.reference());
            case Template template -> new PackageFolder(template.folder());
        };
    }

    private static Invalid notBuiltYet(String kind, String field, String value) {
        return new Invalid(
                ErrorCode.PARAMETER,
                "'%s': a model of a %s ('%s') is not supported by this version of Slipway yet, expected a package: a folder in object storage, named by 'source_location'"
                        .formatted(field, kind, value));
    }
}
