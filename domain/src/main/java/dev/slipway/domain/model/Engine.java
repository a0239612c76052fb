package dev.slipway.domain.model;

import dev.slipway.domain.environment.EnvironmentSpec;
import java.util.List;
import java.util.Optional;

/** Runs the models of one type. Everything that depends on the engine is here. */
public sealed interface Engine permits CustomEngine, ScikitLearnEngine {

    /** The file with the service class of a package. */
    String CODE = "customize_service.py";

    /** Its name in requests, in config.json and in rows. */
    ModelType type();

    /** The class, of Python module {@code model_service}, that a package's own service class extends. */
    String baseClass();

    /** The names of interpreters that it accepts; all of them mean the one of its environment. */
    List<String> runtimes();

    /** The environment of its models, without the packages that a model adds. */
    EnvironmentSpec environment();

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

        /** The cause with the folder filled in. */
        public String causeIn(String folder) {
            return cause.formatted(folder);
        }
    }
}
