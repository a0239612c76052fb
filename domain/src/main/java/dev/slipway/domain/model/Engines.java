package dev.slipway.domain.model;

import java.util.List;
import java.util.Optional;

/** The engines that this version of Slipway has. */
public final class Engines {

    /** The interpreter of the runtime's server, and so of every model. */
    public static final String PYTHON = "python>=3.9";

    private static final List<Engine> ALL = List.of(
            new CustomEngine(),
            new ScikitLearnEngine(),
            new XgBoostEngine(),
            new TensorFlowEngine(),
            new PyTorchEngine(),
            new MindSporeEngine(),
            new CaffeEngine(),
            new SparkEngine());

    private Engines() {}

    public static List<Engine> all() {
        return ALL;
    }

    /** The names, for people. */
    public static List<String> names() {
        return ALL.stream().map(Engine::name).toList();
    }

    /** The engine of that type; empty if this version has none. */
    public static Optional<Engine> find(ModelType type) {
        return ALL.stream().filter(engine -> engine.type() == type).findFirst();
    }

    /** The engine of a type that is known to have one. */
    public static Engine of(ModelType type) {
        return find(type)
                .orElseThrow(() -> new IllegalStateException(
                        "engine '%s' is not in this version, expected one of %s".formatted(type.wireName(), names())));
    }
}
