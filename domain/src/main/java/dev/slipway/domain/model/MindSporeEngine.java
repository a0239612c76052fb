package dev.slipway.domain.model;

/** Runs the service class of a package, which loads its model itself. */
record MindSporeEngine() implements Engine {

    @Override
    public ModelType type() {
        return ModelType.MINDSPORE;
    }

    @Override
    public String baseClass() {
        return SINGLE_NODE;
    }
}
