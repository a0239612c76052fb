package dev.slipway.domain.instance;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What to do about an instance that does not start, where the cause that the runtime tells is enough to know. */
public final class StartAdvice {

    /** For an image that changes users while it runs. */
    public static final String ONE_USER =
            "Put 'USER 1000' into the Dockerfile of the image, give its files to that user there, leave out the program that changes users, push it, and try again.";

    private static final Pattern VARIABLE = Pattern.compile("environment variable '([^']+)' is not set");
    /** What a package prints that runs pip by itself: an instance has no network, and its environment no pip. */
    private static final Pattern PIP = Pattern.compile(
            "No module named '?pip\\b|'pip3?', 'install'|\\bpip3? install\\b|No matching distribution found for");

    private static final Pattern MODULE = Pattern.compile("ModuleNotFoundError: No module named '([^']+)'");

    private static final Pattern MEMORY = Pattern.compile("\\bMemoryError\\b|MB of memory");

    private static final Pattern OTHER_USER = Pattern.compile(
            "(?i)(?:set(?:e|re|res)?[ug]id|setgroups|initgroups|chown|change (?:user|group)|switch(?:ing)? (?:user|to)|cannot set groups|setpriv: )[^\\n]{0,200}?(?:not permitted|invalid argument|denied)");

    /** As image stores say it of what they fetch when an instance is started. */
    private static final Pattern FETCHED = Pattern.compile("the file '[^']*' of the model is not fetched:");

    private static final Pattern NOT_COPIED = Pattern.compile("the image is not copied [^\\n]*cannot be pulled again:");

    private StartAdvice() {}

    /** For a model in its trial start; empty if the cause may be anything. */
    public static Optional<String> ofTrial(String cause) {
        return variable(cause)
                .map(name ->
                        "Give the trial start a value for it, \"trial\": {\"envs\": {\"%s\": \"...\"}} in the request, and import the model again. A service has its own 'envs'."
                                .formatted(name))
                .or(
                        () -> memory(
                                cause,
                                "Choose a specification with more memory, \"trial\": {\"specification\": \"...\"} in the request, and import the model again."))
                .or(() -> module(cause))
                .or(() -> otherUser(cause))
                .or(() -> fetched(cause));
    }

    /** For a service; empty if the cause may be anything. */
    public static Optional<String> ofService(String cause) {
        return variable(cause)
                .map(name -> "Set '%s' in 'envs' of the entry, and deploy the service again.".formatted(name))
                .or(() -> memory(cause, "Choose a specification with more memory, and deploy the service again."))
                .or(() -> module(cause))
                .or(() -> otherUser(cause))
                .or(() -> fetched(cause));
    }

    private static Optional<String> fetched(String cause) {
        if (FETCHED.matcher(cause).find()) {
            return Optional.of(
                    "A model with 'dynamic_loading' takes its weights from where they were imported: put the very same object back, or import a new version of the model and deploy that.");
        }
        return NOT_COPIED.matcher(cause).find()
                ? Optional.of(
                        "Push the very same image again, or import the model with \"source_copy\": \"true\" and deploy that.")
                : Optional.empty();
    }

    private static Optional<String> otherUser(String cause) {
        return OTHER_USER.matcher(cause).find() ? Optional.of(ONE_USER) : Optional.empty();
    }

    private static Optional<String> variable(String cause) {
        return group(VARIABLE, cause);
    }

    private static Optional<String> memory(String cause, String advice) {
        return MEMORY.matcher(cause).find() ? Optional.of(advice) : Optional.empty();
    }

    private static Optional<String> module(String cause) {
        if (PIP.matcher(cause).find()) {
            return Optional.of(
                    "An instance cannot install packages: put what the package gets by pip into 'dependencies' of config.json, remove the call of pip, and import the model again.");
        }
        return group(MODULE, cause)
                .map(name ->
                        "Put the module '%s' into the folder 'model', or the package that has it into 'dependencies' of config.json, and import the model again. './slipway lint' names all that is missing, with pip's names."
                                .formatted(name));
    }

    private static Optional<String> group(Pattern pattern, String cause) {
        Matcher matcher = pattern.matcher(cause);
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }
}
