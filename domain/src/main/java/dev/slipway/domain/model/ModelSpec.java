package dev.slipway.domain.model;

import dev.slipway.domain.image.PullSource;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.domain.storage.ObjectUri;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a user asked to import.
 *
 * @param source where it comes from
 * @param executionCode object to use as {@code customize_service.py}; null for the one in the package
 * @param config the config.json of the request, which replaces the one in the package; null if there is none
 * @param apis those of the request, which replace the package's; empty if there are none or a whole config was sent
 * @param dependencies those of the request, which replace the package's; empty if there are none or a whole config was sent
 * @param installTypes how the model may be deployed, of {@code real-time}, {@code batch}, {@code edge}, in the order sent
 * @param trial how it is started once before it is published
 * @param request the whole request body as sent (JSON text), for show-model
 */
public record ModelSpec(
        String name,
        String version,
        ModelType type,
        ModelSource source,
        @Nullable String description,
        @Nullable ObjectUri executionCode,
        @Nullable String runtime,
        @Nullable ModelConfig config,
        List<ModelApi> apis,
        List<Dependency> dependencies,
        List<String> installTypes,
        TrialSpec trial,
        String request) {

    /** The values of {@code install_type}; without it a model may be deployed in all of these ways. */
    public static final List<String> INSTALL_TYPES = List.of("real-time", "edge", "batch");

    /** The rule for names, as a regular expression of the whole text. */
    public static final String NAME_PATTERN = "[A-Za-z0-9_\\-\\u4e00-\\u9fff]{1,64}";
    /** The rule for versions, as a regular expression of the whole text. */
    public static final String VERSION_PATTERN = "((?:0|[1-9][0-9]?)[.]){2}(?:0|[1-9][0-9]?)";
    /** The rule for descriptions, as a regular expression of the whole text. */
    public static final String DESCRIPTION_PATTERN = "[^&!'\"<>=]{1,100}";

    public ModelSpec {
        if (!isName(name)) {
            throw new Invalid(ErrorCode.PARAMETER, "model name '%s': %s".formatted(name, NAME_RULE));
        }
        if (!isVersion(version)) {
            throw new Invalid(ErrorCode.PARAMETER, "model version '%s': %s".formatted(version, VERSION_RULE));
        }
        apis = List.copyOf(apis);
        // Older rows have none.
        dependencies = List.copyOf(Objects.requireNonNullElse(dependencies, List.of()));
        installTypes = List.copyOf(installTypes);
        // Older rows have none.
        trial = Objects.requireNonNullElse(trial, TrialSpec.USUAL);
    }

    /** The {@code model_type} that was asked for: its engine, or that it is of a template. */
    public ModelType askedType() {
        return source instanceof ModelSource.Template ? ModelType.TEMPLATE : type;
    }

    /** The same with another trial start. */
    public ModelSpec withTrial(TrialSpec other) {
        return new ModelSpec(
                name,
                version,
                type,
                source,
                description,
                executionCode,
                runtime,
                config,
                apis,
                dependencies,
                installTypes,
                other,
                request);
    }

    /** The same from another source. */
    public ModelSpec withSource(ModelSource other) {
        return new ModelSpec(
                name,
                version,
                type,
                other,
                description,
                executionCode,
                runtime,
                config,
                apis,
                dependencies,
                installTypes,
                trial,
                request);
    }

    /** The same with another description, and with the request that would have asked for it. */
    public ModelSpec withDescription(@Nullable String other, String asked) {
        return new ModelSpec(
                name,
                version,
                type,
                source,
                other,
                executionCode,
                runtime,
                config,
                apis,
                dependencies,
                installTypes,
                trial,
                asked);
    }

    /** The same with other dependencies, and with the request and the config that would have asked for them. */
    public ModelSpec withDependencies(List<Dependency> others, @Nullable ModelConfig sent, String asked) {
        return new ModelSpec(
                name,
                version,
                type,
                source,
                description,
                executionCode,
                runtime,
                sent,
                apis,
                sent == null ? others : List.of(),
                installTypes,
                trial,
                asked);
    }

    /** The folder and the object that it names, if any. */
    public List<ObjectUri> objects() {
        List<ObjectUri> named = new ArrayList<>();
        switch (source) {
            case ModelSource.PackageFolder stored -> named.add(stored.folder().asFolder());
            case ModelSource.Template template -> named.add(template.folder().asFolder());
            case ModelSource.ContainerImage image -> {
                if (image.source() instanceof PullSource.Layout layout) {
                    named.add(layout.folder());
                }
            }
        }
        if (executionCode != null) {
            named.add(executionCode);
        }
        return named;
    }

    /** The rule for names, in words. */
    public static final String NAME_RULE = "expected 1 to 64 letters, Chinese characters, digits, '-' and '_'";
    /** The rule for versions, in words. */
    public static final String VERSION_RULE =
            "expected three numbers of one or two digits without leading zeros, for example 0.0.1";
    /** The rule for descriptions, in words. */
    public static final String DESCRIPTION_RULE = "expected 1 to 100 characters, none of & ! ' \" < > =";

    public static boolean isName(String text) {
        return text.matches(NAME_PATTERN);
    }

    public static boolean isVersion(String text) {
        return text.matches(VERSION_PATTERN);
    }

    public static boolean isDescription(String text) {
        return text.matches(DESCRIPTION_PATTERN);
    }
}
