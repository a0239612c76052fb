package dev.slipway.domain.model;

import java.util.List;

/** Runs the service class of a package, which builds its network and gets the path of the weights. */
record PyTorchEngine() implements Engine {

    @Override
    public ModelType type() {
        return ModelType.PYTORCH;
    }

    @Override
    public String baseClass() {
        return "model_service.pytorch_model_service.PTServingBaseService";
    }

    @Override
    public List<String> modelFiles(List<String> files) {
        return Engine.besideCode(files, ".pth", ".pt");
    }
}
