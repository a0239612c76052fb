package dev.slipway.domain.model;

import java.util.List;
import java.util.Optional;

/**
 * Loads a SavedModel and answers by one of its signatures. A service class is optional; one that loads something else itself overrides
 * {@code _inference}, which the runtime checks when it knows the class.
 */
record TensorFlowEngine() implements Engine {

    private static final String SAVED_MODEL = "saved_model.pb";
    private static final String SAVED_MODEL_AS_TEXT = "saved_model.pbtxt";

    @Override
    public ModelType type() {
        return ModelType.TENSORFLOW;
    }

    @Override
    public String baseClass() {
        return "model_service.tfserving_model_service.TfServingBaseService";
    }

    @Override
    public Optional<Lack> check(List<String> files) {
        return files.contains(CODE) || files.stream().anyMatch(TensorFlowEngine::isSavedModel)
                ? Optional.empty()
                : Optional.of(new Lack(
                        SAVED_MODEL,
                        "expected in '%%s' a SavedModel (%s and the folder variables), or %s with a class whose method _inference runs a model of another kind; found neither"
                                .formatted(SAVED_MODEL, CODE),
                        "Save the model by tf.saved_model.save, and upload its files into the folder 'model'; or add model/%s with a class that extends %s and overrides _inference."
                                .formatted(CODE, baseClass())));
    }

    private static boolean isSavedModel(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        return name.equals(SAVED_MODEL) || name.equals(SAVED_MODEL_AS_TEXT);
    }
}
