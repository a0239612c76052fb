package dev.slipway.domain.model;

import dev.slipway.domain.environment.EnvironmentSpec;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Runs the models of one type. Everything that depends on the engine is here. */
public sealed interface Engine
        permits CustomEngine,
                ScikitLearnEngine,
                XgBoostEngine,
                TensorFlowEngine,
                PyTorchEngine,
                MindSporeEngine,
                CaffeEngine,
                SparkEngine {

    /** The file with the service class of a package. */
    String CODE = "customize_service.py";

    /** The base class of packages that load their model themselves. */
    String SINGLE_NODE = "model_service.model_service.SingleNodeService";

    /** The base class of packages whose model is a file that joblib or XGBoost has saved. */
    String XG_SKL = "model_service.python_model_service.XgSklServingBaseService";

    /** Its name in requests, in config.json and in rows. */
    ModelType type();

    /** The class, of Python module {@code model_service}, that a package's own service class extends. */
    String baseClass();

    /** The names of its runtimes, for people; {@link #runtime} knows more. */
    default List<String> runtimes() {
        return EngineRuntimes.of(type()).names();
    }

    /**
     * What the name of a runtime means today.
     *
     * @param name null for the default
     * @return empty if no runtime of this engine has the name
     */
    default Optional<EngineRuntime> runtime(@Nullable String name) {
        return EngineRuntimes.of(type()).find(name);
    }

    /**
     * What the models of a runtime need: the engine's packages and what packages expect beside it, without those that a model adds.
     *
     * @param runtime a name that {@link #runtime} knows; null for the default
     */
    default EnvironmentSpec environment(@Nullable String runtime) {
        return runtime(runtime)
                .orElseThrow(() ->
                        new IllegalArgumentException("runtime '%s' is none of engine '%s'".formatted(runtime, name())))
                .environment();
    }

    /** The machine's own interpreter with what is installed there. */
    default EnvironmentSpec environment() {
        return new EnvironmentSpec(name(), Engines.PYTHON, List.of());
    }

    /**
     * What the engine needs and a package lacks; empty if it is complete.
     *
     * @param files paths below {@code model/}
     */
    default Optional<Lack> check(List<String> files) {
        return Lack.ofCode(this, files);
    }

    /** The files that are the model itself, for an engine that loads it; otherwise none. */
    default List<String> modelFiles(List<String> files) {
        return List.of();
    }

    /** Whether its models accept requests of that content type. */
    default boolean takes(String contentType) {
        return true;
    }

    /** The files with one of these suffixes that lie beside the service class, not in a folder. */
    static List<String> besideCode(List<String> files, String... suffixes) {
        return files.stream()
                .filter(path -> !path.contains("/") && Stream.of(suffixes).anyMatch(path::endsWith))
                .toList();
    }

    default String name() {
        return type().wireName();
    }

    /**
     * What is missing in a package.
     *
     * @param file its name in events
     * @param cause for the user; {@code %s} is replaced by the folder {@code model/}
     */
    record Lack(String file, String cause, String advice) {

        /** The lack of a service class in a package of an engine that has none of its own; empty if it is there. */
        static Optional<Lack> ofCode(Engine engine, List<String> files) {
            return files.contains(CODE)
                    ? Optional.empty()
                    : Optional.of(new Lack(
                            CODE,
                            "engine '%s' has no default service class, so the package needs '%%s%s'"
                                    .formatted(engine.name(), CODE),
                            "Add model/%s with a class that extends %s.".formatted(CODE, engine.baseClass())));
        }

        /** The lack of a saved model {@code *.m}, which is saved by what {@code saver} names; empty if there is one. */
        static Optional<Lack> ofSavedFile(Engine engine, List<String> files, String saver) {
            return engine.modelFiles(files).isEmpty()
                    ? Optional.of(new Lack(
                            engine.name(),
                            "expected a file '*.m' in '%s', found none",
                            "Save the model by %s as a file that ends in .m, and upload it into the folder 'model'."
                                    .formatted(saver)))
                    : Optional.empty();
        }

        /** The cause with the folder filled in. */
        public String causeIn(String folder) {
            return cause.formatted(folder);
        }
    }
}
