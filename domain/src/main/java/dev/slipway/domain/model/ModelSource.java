package dev.slipway.domain.model;

import dev.slipway.domain.image.PullSource;
import dev.slipway.domain.storage.ObjectUri;
import java.util.List;

/** Where a model comes from. */
public sealed interface ModelSource {

    /**
     * A package in object storage.
     *
     * @param folder parent of {@code model/}
     * @param isFetched whether its weights are not part of the image, but fetched where it is deployed
     */
    record PackageFolder(ObjectUri folder, boolean isFetched) implements ModelSource {

        /** One that is wholly part of its image. */
        public PackageFolder(ObjectUri folder) {
            this(folder, false);
        }
    }

    /**
     * A container image with its own server.
     *
     * @param reference as {@link PullSource#parse} reads it
     * @param command what it is started by in place of its own command; empty for its own
     * @param isCopied whether its layers are kept, so that it stays complete when it is gone from its source
     */
    record ContainerImage(String reference, List<String> command, boolean isCopied) implements ModelSource {

        public ContainerImage {
            command = List.copyOf(command);
        }

        /** Where it is pulled from. */
        public PullSource source() {
            // Addresses of objects are written in a form that no host is needed for.
            return PullSource.parse(reference, "");
        }
    }

    /**
     * A package in object storage without a config.json: a template says what that would.
     *
     * @param folder parent of {@code model/}
     */
    record Template(ModelTemplate template, InferenceMode mode, ObjectUri folder) implements ModelSource {}

    /**
     * The package to import.
     *
     * @throws IllegalStateException for an image, which is none
     */
    default PackageFolder asPackage() {
        return switch (this) {
            case PackageFolder source -> source;
            case ContainerImage image ->
                throw new IllegalStateException("image '%s' is no package".formatted(image.reference()));
            case Template template -> new PackageFolder(template.folder());
        };
    }
}
