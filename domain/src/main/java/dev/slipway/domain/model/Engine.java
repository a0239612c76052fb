package dev.slipway.domain.model;

import dev.slipway.domain.environment.EnvironmentSpec;
import java.util.List;
import java.util.Optional;
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
    Optional<Lack> check(List<String> files);

    /** The files that are the model itself, for an engine that loads it; otherwise none. */
    List<String> modelFiles(List<String> files);

    /** Whether its models accept requests of that content type. */
    boolean takes(String contentType);

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

        /** The cause with the folder filled in. */
        public String causeIn(String folder) {
            return cause.formatted(folder);
        }
    }
}
