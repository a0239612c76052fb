package dev.slipway.domain.model;

import java.util.List;
import java.util.Optional;

/** Runs the service class of a package with a Caffe network, by OpenCV: Caffe itself is in no distribution any more. */
record CaffeEngine() implements Engine {

    @Override
    public ModelType type() {
        return ModelType.CAFFE;
    }

    @Override
    public String baseClass() {
        return "model_service.caffe_model_service.CaffeBaseService";
    }

    @Override
    public Optional<Lack> check(List<String> files) {
        return Lack.ofCode(this, files).or(() -> ofFile(files, ".prototxt")).or(() -> ofFile(files, ".caffemodel"));
    }

    private static Optional<Lack> ofFile(List<String> files, String suffix) {
        return !Engine.besideCode(files, suffix).isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Lack(
                                "*" + suffix,
                                "engine 'Caffe' needs a file '*%s' in '%%s', found none".formatted(suffix),
                                "Upload the network for deployment as *.prototxt and its weights as *.caffemodel into the folder 'model'."));
    }

    @Override
    public List<String> modelFiles(List<String> files) {
        return Engine.besideCode(files, ".caffemodel");
    }
}
