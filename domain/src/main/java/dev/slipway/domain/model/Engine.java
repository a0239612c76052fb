package dev.slipway.domain.model;

import dev.slipway.domain.environment.EnvironmentSpec;
import java.util.List;
import java.util.Optional;

/** What runs the models of one type. All that depends on the engine is asked here. */
public sealed interface Engine permits CustomEngine, ScikitLearnEngine {

    /** The file with the service class of a package. */
    String CODE = "customize_service.py";

    /** Its name in requests, in config.json and in rows. */
    ModelType type();

    /** The class, of Python module {@code model_service}, that a package's own service class extends. */
    String baseClass();

    /** The interpreters that it offers by name; all of them are the one of its environment. */
    List<String> runtimes();

    /** What its models run in, without the packages that a model adds. */
    EnvironmentSpec environment();

    /**
     * What a package lacks of what the engine needs; empty if it is complete.
     *
     * @param files paths below {@code model/}
     */
    Optional<Lack> check(List<String> files);

    /** Those of the files that are the model itself, for an engine that loads it; else none. */
    List<String> modelFiles(List<String> files);

    /** Whether its models understand requests of that content type. */
    boolean takes(String contentType);

    default String name() {
        return type().wireName();
    }

    /**
     * What is missing in a package.
     *
     * @param file what events call it
     * @param cause for the user; {@code %s} stands for the folder {@code model/}
     */
    record Lack(String file, String cause, String advice) {

        /** The cause with the folder filled in. */
        public String causeIn(String folder) {
            return cause.formatted(folder);
        }
    }
}
