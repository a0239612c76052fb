package dev.slipway.domain.model;

import java.util.List;
import java.util.Optional;

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
    public Optional<Lack> check(List<String> files) {
        return Lack.ofCode(this, files);
    }

    @Override
    public List<String> modelFiles(List<String> files) {
        return files.stream()
                .filter(path -> (path.endsWith(".pth") || path.endsWith(".pt")) && !path.contains("/"))
                .toList();
    }

    @Override
    public boolean takes(String contentType) {
        return true;
    }
}
