package dev.slipway.domain.model;

import dev.slipway.domain.event.Event;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The events of a model with the guide's English texts (guide 2.6) to the letter. Events that the guide does not have are marked as ours.
 * Each is written once for an import, because of its key, however often its step runs.
 */
public final class ImportEvents {

    /** The size limits of the guide for a model and its files. */
    public static final long LARGEST_FILE = 5L << 30;

    public static final long LARGEST_PACKAGE = 20L << 30;

    private ImportEvents() {}

    public static Event started(ModelId model, Instant at) {
        return Event.normal(model.value(), "import/started", "Start model import.", at);
    }

    public static Event sizeCalculated(ModelId model, Instant at) {
        return Event.normal(model.value(), "import/size", "Model size calculated successfully.", at);
    }

    public static Event filesImported(ModelId model, Instant at) {
        return Event.normal(model.value(), "import/files", "Model file imported successfully.", at);
    }

    /** The same for a model whose weights are fetched where it is deployed. */
    public static Event filesNamed(ModelId model, long bytes, Instant at) {
        return filesImported(model, at)
                .withCause("%s stay where they are and are fetched where the model is deployed"
                        .formatted(gibibytes(bytes)));
    }

    public static Event buildStarted(ModelId model, Instant at) {
        return Event.normal(model.value(), "import/build", "Start the image building task.", at);
    }

    /** The step is repeated: its worker was killed, or a server did not answer. */
    public static Event buildRepeated(ModelId model, int attempt, Instant at) {
        return Event.normal(
                        model.value(),
                        "import/build-repeated",
                        "Received another image building request of the model.",
                        at)
                .withCause("the step is begun for the %d. time, because an earlier one did not end".formatted(attempt));
    }

    public static Event environmentStarted(ModelId model, Instant at) {
        return Event.normal(model.value(), "import/environment", "Start the env image building task.", at);
    }

    /** The step is repeated: its worker was killed, or a server did not answer. */
    public static Event environmentRepeated(ModelId model, int attempt, Instant at) {
        return Event.normal(
                        model.value(),
                        "import/environment-repeated",
                        "Received another env image building request of the model.",
                        at)
                .withCause("the step is begun for the %d. time, because an earlier one did not end".formatted(attempt));
    }

    /** {@code what} is in it. */
    public static Event environmentCached(ModelId model, String what, Instant at) {
        return Event.normal(model.value(), "import/environment-cached", "Use cached env image.", at)
                .withCause(what);
    }

    /** Ours. {@code what} is in it. */
    public static Event environmentBuilt(ModelId model, String what, Instant at) {
        return Event.normal(model.value(), "import/environment-built", "The environment of the model is built.", at)
                .withCause(what);
    }

    /** Ours: the environment is not quite as it was asked for. Each text is told once. */
    public static Event oddEnvironment(ModelId model, String warning, Instant at) {
        return Event.normal(
                        model.value(),
                        "import/environment-warning/%08x".formatted(warning.hashCode()),
                        "There is something odd about the environment of the model.",
                        at)
                .withCause(warning);
    }

    public static Event imageBuilt(ModelId model, Instant at) {
        return Event.normal(model.value(), "import/built", "Image built successfully.", at);
    }

    /** Ours: its script has a word for that. */
    public static Event mayChangeUser(ModelId model, String program, Instant at) {
        return Event.normal(model.value(), "import/user", "The image may change users when it starts.", at)
                .withCause(
                        "its script names '%s'; an instance has one user only: if it does not start, put 'USER 1000' into its Dockerfile"
                                .formatted(program));
    }

    /** Ours. {@code reference} has the digest. */
    public static Event imagePushed(ModelId model, String reference, long sent, long known, Instant at) {
        return Event.normal(model.value(), "import/pushed", "The image of the model is pushed to the registry.", at)
                .withCause("%s; %d bytes of layers sent, %d were there".formatted(reference, sent, known));
    }

    /** Ours. {@code step} is, for example, "its trial start", {@code cause} what is taken. */
    public static Event waiting(ModelId model, String step, String cause, Instant at) {
        return Event.normal(model.value(), "import/waiting/" + step, "The model waits for %s.".formatted(step), at)
                .withCause(cause + "; the import continues by itself");
    }

    /** Ours: the guide has no trial start. */
    public static Event trialStartSucceeded(ModelId model, String after, Instant at) {
        return Event.normal(model.value(), "import/trial", "The model started successfully in a trial start.", at)
                .withCause("ready after " + after);
    }

    /** Ours: the answer to what it was asked in its trial start was right. */
    public static Event trialPredictionSucceeded(ModelId model, String answer, Instant at) {
        return Event.normal(model.value(), "import/prediction", "The trial prediction of the model succeeded.", at)
                .withCause(answer);
    }

    /** Ours: what the runtime found odd in the package in the trial start. Each text is told once. */
    public static Event warned(ModelId model, String warning, Instant at) {
        return Event.normal(
                        model.value(),
                        "import/warning/%08x".formatted(warning.hashCode()),
                        "The runtime has a warning about the package.",
                        at)
                .withCause(warning);
    }

    /** Ours: what a package imports and its environment does not have, and other hints about its code. Each text is told once. */
    public static Event oddImports(ModelId model, String what, Instant at) {
        return Event.normal(
                        model.value(),
                        "import/imports/%08x".formatted(what.hashCode()),
                        "There is something odd about the imports of the package.",
                        at)
                .withCause(what);
    }

    /** Ours: what is odd in config.json and accepted all the same. Each text is told once. */
    public static Event oddConfig(ModelId model, String warning, Instant at) {
        return Event.normal(
                        model.value(),
                        "import/config/%08x".formatted(warning.hashCode()),
                        "There is something odd in config.json.",
                        at)
                .withCause(warning);
    }

    /** Ours: the runtime that was named is resolved to one that exists today. {@code what} names both. */
    public static Event runtimeReplaced(ModelId model, String what, Instant at) {
        return Event.normal(model.value(), "import/runtime", "The runtime of the model is replaced.", at)
                .withCause(what);
    }

    /** Ours: the template's models run on something else now. */
    public static Event templateReplaced(ModelId model, String what, Instant at) {
        return Event.normal(model.value(), "import/template", "The engine of the template is replaced.", at)
                .withCause(what);
    }

    public static Event imported(ModelId model, Instant at) {
        return Event.normal(model.value(), "import/succeeded", "Model imported successfully.", at);
    }

    /** A hint that the first file by name is used. */
    public static Event severalModelFiles(ModelId model, String kind, String folder, String taken, Instant at) {
        return Event.normal(
                        model.value(),
                        "import/several",
                        "Model size calculated failed.Find more than one %s file in current model directory %s."
                                .formatted(kind, folder),
                        at)
                .withCause("'%s' is taken".formatted(taken));
    }

    /** The failure of a step. {@code info} is one of the texts below. */
    public static Event stepFailed(ModelId model, String info, String cause, String advice, Instant at) {
        return Event.abnormal(model.value(), "import/step-failed", info, cause, advice, at);
    }

    /** The end of every import that did not succeed. */
    public static Event failed(ModelId model, String cause, String advice, Instant at) {
        return Event.abnormal(model.value(), "import/failed", "Failed to import the model.", cause, advice, at);
    }

    public static Event described(ModelId model, Instant at) {
        return Event.normal(model.value(), "described/" + at.toEpochMilli(), "Model description updated.", at);
    }

    /** @param state as in "the task is cancelled" */
    public static Event buildStatus(ModelId model, String state, Instant at) {
        return Event.normal(
                model.value(),
                "import/build-status/" + state,
                "The status of the image building task is %s.".formatted(state),
                at);
    }

    public static Event dependenciesUpdated(ModelId model, Instant at) {
        return Event.normal(
                model.value(),
                "dependencies-updated/" + at.toEpochMilli(),
                "Model running dependencies updated. Rebuild the image.",
                at);
    }

    public static Event dependenciesNotUpdated(ModelId model, Instant at) {
        return Event.normal(
                        model.value(),
                        "dependencies-kept/" + at.toEpochMilli(),
                        "Model running dependencies not updated.",
                        at)
                .withCause("those that were sent are those that it has");
    }

    /** Ours. {@code before} is the version that it has named; null if the alias is new. */
    public static Event aliasGiven(ModelId model, ModelAlias alias, @Nullable String before, Instant at) {
        Event event = Event.normal(
                model.value(),
                "alias/%s/%d".formatted(alias.alias(), at.toEpochMilli()),
                "Alias '%s' names this version.".formatted(alias),
                at);
        return before == null ? event : event.withCause("it has named version %s before".formatted(before));
    }

    /** Ours. {@code now} is the version that it names; null if the alias is removed. */
    public static Event aliasTaken(ModelId model, ModelAlias alias, @Nullable String now, Instant at) {
        Event event = Event.normal(
                model.value(),
                "alias/%s/%d".formatted(alias.alias(), at.toEpochMilli()),
                "Alias '%s' does not name this version any more.".formatted(alias),
                at);
        return event.withCause(now == null ? "it was removed" : "it names version %s now".formatted(now));
    }

    /** Ours. The client finds the refusal in the answer; others find it here. */
    public static Event deletionRefused(ModelId model, String cause, Instant at) {
        return Event.abnormal(
                model.value(),
                "deletion-refused/" + at.toEpochMilli(),
                "Failed to delete the model.",
                cause,
                "Delete the services that use the model first, then delete the model again.",
                at);
    }

    public static String invalidConfig(String what) {
        return "Invalid %s in config.json.".formatted(what);
    }

    public static String swrLocationNotAllowed() {
        return "Non-custom type models should not contain swr_location.";
    }

    public static String missingFolder(String child, String folder) {
        return "Model size calculated failed.Can not find %s child directory in current model directory %s."
                .formatted(child, folder);
    }

    public static String missingFile(String kind, String folder) {
        return "Model size calculated failed.Can not find %s file in current model directory %s."
                .formatted(kind, folder);
    }

    public static String fileTooLarge(String file) {
        return "Model file %s is larger than 5G and cannot be imported.".formatted(file);
    }

    public static String packageTooLarge(String label) {
        return "%s [%s] is larger than %dG and cannot be imported.".formatted("Model", label, LARGEST_PACKAGE >> 30);
    }

    public static Event sourceImageSized(ModelId model, Instant at) {
        return Event.normal(model.value(), "import/image-size", "Source image size calculated successfully.", at);
    }

    public static Event sourceImageShared(ModelId model, Instant at) {
        return Event.normal(model.value(), "import/image-shared", "Source image shared successfully.", at);
    }

    public static String sourceImageRefused() {
        return "Failed to access source image. Authenticate Error, token expired.";
    }

    public static String sourceImageMissing() {
        return "Failed to access source image. Check whether the image exists.";
    }

    public static String tagMissing(String image, String tag) {
        return "Image %s does not have the %s tag.".formatted(image, tag);
    }

    public static String registryThrottled() {
        return "The throttling threshold of swr has been reached.";
    }

    /** The registry to push to asks to come back later. */
    public static String pushThrottled() {
        return "Failed to build the image due to the threshold has been reached. Please try again later.";
    }

    /** Ours. */
    public static String pushFailed() {
        return "The image of the model could not be pushed to the registry.";
    }

    /** @param limit in bytes */
    public static String imageTooLarge(String image, long limit) {
        return "%s [%s] is larger than %dG and cannot be imported.".formatted("Image", image, limit >> 30);
    }

    public static String copyFailed() {
        return "Failed to copy model file due to obs exception. Please Check your obs access right.";
    }

    public static String buildTimeout(long minutes) {
        return "Image building task timeout. The %d-minute limit is over.".formatted(minutes);
    }

    /** No place for the build exists, so that waiting would not help. */
    public static String buildNotScheduled() {
        return "Image building task scheduling failed.";
    }

    public static String buildFailed() {
        return "Failed to build the image.";
    }

    /** Of the environment: pip has a log. */
    public static String environmentFailed() {
        return "Failed to build the image. For details, view the building log.";
    }

    public static String systemError() {
        return "Failed to build the image due to system errors. Contact the administrator.";
    }

    /** Ours: the guide has no trial start. */
    public static String trialStartFailed() {
        return "The model could not be started in a trial start.";
    }

    /** Ours. */
    public static String trialPredictionFailed() {
        return "The trial prediction of the model failed.";
    }

    /** A size for people. */
    public static String gibibytes(long bytes) {
        return String.format(Locale.ROOT, "%.2f GB", bytes / (double) (1L << 30));
    }
}
