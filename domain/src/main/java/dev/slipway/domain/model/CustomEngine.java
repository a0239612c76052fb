package dev.slipway.domain.model;

/** Runs the service class of a package. */
record CustomEngine() implements Engine {

    @Override
    public ModelType type() {
        return ModelType.CUSTOM;
    }

    @Override
    public String baseClass() {
        return SINGLE_NODE;
    }
}
