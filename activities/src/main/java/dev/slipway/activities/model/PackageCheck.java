package dev.slipway.activities.model;

import dev.slipway.domain.model.Engine;
import dev.slipway.domain.model.Engines;
import dev.slipway.domain.model.ImportEvents;
import dev.slipway.domain.model.Model;
import dev.slipway.domain.model.ModelConfig;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.domain.storage.ObjectStore;
import dev.slipway.domain.storage.StoredObject;
import dev.slipway.formats.model.ModelConfigReader;
import dev.slipway.workflows.contract.model.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;

/** Checks a package (guide 4.1): first its structure, then config.json. */
final class PackageCheck {

    private static final String CONFIG = "config.json";
    private static final int LARGEST_CONFIG = 1 << 20;

    private final ObjectStore objects;
    private final Model model;
    private final PackageListing listing;

    PackageCheck(ObjectStore objects, Model model, PackageListing listing) {
        this.objects = objects;
        this.model = model;
        this.listing = listing;
    }

    /** Why the files of the package cannot be a model of the requested type; empty if they can. */
    Optional<Refusal> refusal() {
        if (Engines.find(model.spec().type()).isEmpty()) {
            return refuse(
                    ImportEvents.invalidConfig("model_type"),
                    "engine '%s' is not built yet".formatted(model.spec().type().wireName()),
                    "Use one of the engines %s.".formatted(String.join(" and ", Engines.names())));
        }
        if (listing.files().isEmpty()) {
            return refuse(
                    ImportEvents.missingFolder(
                            "model", model.spec().source().asPackage().folder().toString()),
                    "expected files below '%s', found none".formatted(listing.folder()),
                    "Upload the package so that the folder 'model' lies directly below source_location.");
        }
        return tooLarge().or(this::configMissing).or(this::incomplete);
    }

    /**
     * The config of the request, or the package's config.json. Call it only if {@link #refusal} is empty.
     *
     * @throws Invalid with line and column if it cannot be used
     */
    ModelConfig config() {
        ModelConfig sent = model.spec().config();
        if (sent != null) {
            return sent;
        }
        StoredObject file = listing.file(CONFIG).orElseThrow();
        if (file.size() > LARGEST_CONFIG) {
            throw new Invalid(
                    ErrorCode.CONFIG_VIOLATES_SPECIFICATION,
                    "model/config.json has %d bytes, expected at most %d".formatted(file.size(), LARGEST_CONFIG));
        }
        try (InputStream in = objects.open(file.uri(), 0)) {
            ModelConfig found =
                    ModelConfigReader.readFile(in.readAllBytes(), model.spec().type());
            ModelConfig withApis = model.spec().apis().isEmpty()
                    ? found
                    : found.withApis(model.spec().apis());
            return model.spec().dependencies().isEmpty()
                    ? withApis
                    : withApis.withDependencies(model.spec().dependencies());
        } catch (IOException e) {
            throw new UncheckedIOException("'%s' cannot be read".formatted(file.uri()), e);
        }
    }

    private Optional<Refusal> tooLarge() {
        Optional<StoredObject> large = listing.files().stream()
                .filter(file -> file.size() > ImportEvents.LARGEST_FILE)
                .filter(file -> !(isFetched() && PackageFiles.isFetched(listing.pathOf(file))))
                .findFirst();
        if (large.isPresent()) {
            return refuse(
                    ImportEvents.fileTooLarge(listing.pathOf(large.get())),
                    "'%s' has %s"
                            .formatted(
                                    large.get().uri(),
                                    ImportEvents.gibibytes(large.get().size())),
                    "Import it with \"dynamic_loading\": true, which leaves the weights out of the image and fetches them where the model is deployed; or make the file smaller.");
        }
        if (PackageFiles.bytesOfImage(listing, isFetched()) > ImportEvents.LARGEST_PACKAGE) {
            return refuse(
                    ImportEvents.packageTooLarge(model.label()),
                    "the package has %s in all".formatted(ImportEvents.gibibytes(listing.bytes())),
                    "Remove what the model does not need to serve, or import it with \"dynamic_loading\": true.");
        }
        return Optional.empty();
    }

    private boolean isFetched() {
        return model.spec().source().asPackage().isFetched();
    }

    private Optional<Refusal> configMissing() {
        if (model.spec().config() != null || listing.file(CONFIG).isPresent()) {
            return Optional.empty();
        }
        return refuse(
                ImportEvents.missingFile(CONFIG, listing.folder().toString()),
                "model/config.json is missing: expected it at '%s'"
                        .formatted(listing.folder().resolve(CONFIG)),
                "Add model/config.json to the package, or send initial_config with the request.");
    }

    private Optional<Refusal> incomplete() {
        return engine().check(paths()).map(lack -> {
            String folder = listing.folder().toString();
            return new Refusal(ImportEvents.missingFile(lack.file(), folder), lack.causeIn(folder), lack.advice());
        });
    }

    /** The files that can be the model itself; only some engines need one. */
    List<String> modelFiles() {
        return engine().modelFiles(paths());
    }

    private Engine engine() {
        return Engines.of(model.spec().type());
    }

    private List<String> paths() {
        return listing.files().stream().map(listing::pathOf).toList();
    }

    private static Optional<Refusal> refuse(String info, String cause, String advice) {
        return Optional.of(new Refusal(info, cause, advice));
    }
}
