package dev.slipway.domain.model;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The templates of the guide (4.2): an engine with a runtime, and what its models take and answer. Each runs on what has come after its
 * engine, or is refused with the reason. A general one lets its user choose the mode.
 */
public enum ModelTemplate {
    TENSORFLOW_IMAGE_CLASSIFICATION(
            "tensorflow-image-classification",
            "TensorFlow图像分类模板",
            "TensorFlow 1.8",
            ModelType.TENSORFLOW,
            "python2.7",
            InferenceMode.IMAGE_PROCESSING,
            Standing.RUNS,
            null),
    TENSORFLOW_PY27(
            "tensorflow-py27",
            "TensorFlow-py27通用模板",
            "TensorFlow 1.8",
            ModelType.TENSORFLOW,
            "python2.7",
            InferenceMode.UNDEFINED,
            Standing.RUNS,
            null),
    TENSORFLOW_PY36(
            "tensorflow-py36",
            "TensorFlow-py36通用模板",
            "TensorFlow 1.8",
            ModelType.TENSORFLOW,
            "python3.6",
            InferenceMode.UNDEFINED,
            Standing.RUNS,
            null),
    MXNET_PY27(
            "mxnet-py27",
            "MXNet-py27通用模板",
            "MXNet 1.2.1",
            ModelType.MXNET,
            "python2.7",
            InferenceMode.UNDEFINED,
            Standing.REFUSED,
            Reasons.MXNET),
    MXNET_PY36(
            "mxnet-py36",
            "MXNet-py36通用模板",
            "MXNet 1.2.1",
            ModelType.MXNET,
            "python3.6",
            InferenceMode.UNDEFINED,
            Standing.REFUSED,
            Reasons.MXNET),
    PYTORCH_PY27(
            "pytorch-py27",
            "PyTorch-py27通用模板",
            "PyTorch 1.0",
            ModelType.PYTORCH,
            "python2.7",
            InferenceMode.UNDEFINED,
            Standing.RUNS,
            null),
    PYTORCH_PY36(
            "pytorch-py36",
            "PyTorch-py36通用模板",
            "PyTorch 1.0",
            ModelType.PYTORCH,
            "python3.6",
            InferenceMode.UNDEFINED,
            Standing.RUNS,
            null),
    CAFFE_CPU_PY27(
            "caffe-cpu-py27",
            "Caffe-CPU-py27通用模板",
            "Caffe 1.0 CPU",
            ModelType.CAFFE,
            "python2.7",
            InferenceMode.UNDEFINED,
            Standing.ON_SUCCESSOR,
            Reasons.CAFFE),
    CAFFE_GPU_PY27(
            "caffe-gpu-py27",
            "Caffe-GPU-py27通用模板",
            "Caffe 1.0 GPU",
            ModelType.CAFFE,
            "python2.7",
            InferenceMode.UNDEFINED,
            Standing.ON_SUCCESSOR,
            Reasons.CAFFE_GPU),
    CAFFE_CPU_PY36(
            "caffe-cpu-py36",
            "Caffe-CPU-py36通用模板",
            "Caffe 1.0 CPU",
            ModelType.CAFFE,
            "python3.6",
            InferenceMode.UNDEFINED,
            Standing.ON_SUCCESSOR,
            Reasons.CAFFE),
    CAFFE_GPU_PY36(
            "caffe-gpu-py36",
            "Caffe-GPU-py36通用模板",
            "Caffe 1.0 GPU",
            ModelType.CAFFE,
            "python3.6",
            InferenceMode.UNDEFINED,
            Standing.ON_SUCCESSOR,
            Reasons.CAFFE_GPU),
    ARM_ASCEND(
            "arm-ascend",
            "ARM-Ascend模板",
            "MindSpore",
            ModelType.MINDSPORE,
            "python3.5",
            InferenceMode.UNDEFINED,
            Standing.ON_SUCCESSOR,
            "MindSpore of today runs it, on the processor of its instance: an .om file needs an Ascend accelerator and its own runtime, which customize_service.py has to load itself");

    /** What becomes of the models of a template. */
    public enum Standing {
        /** On a later version of its engine, which the event of the runtime names. */
        RUNS,
        /** On another engine. */
        ON_SUCCESSOR,
        REFUSED
    }

    private final String id;
    private final String guideName;
    private final String engineName;
    private final ModelType engine;
    private final String runtime;
    private final InferenceMode mode;
    private final Standing standing;
    private final @Nullable String reason;

    ModelTemplate(
            String id,
            String guideName,
            String engineName,
            ModelType engine,
            String runtime,
            InferenceMode mode,
            Standing standing,
            @Nullable String reason) {
        this.id = id;
        this.guideName = guideName;
        this.engineName = engineName;
        this.engine = engine;
        this.runtime = runtime;
        this.mode = mode;
        this.standing = standing;
        this.reason = reason;
    }

    /** Its name in requests. */
    public String id() {
        return id;
    }

    /** Its name in the guide. */
    public String guideName() {
        return guideName;
    }

    /** The engine and its version as the guide has them. */
    public String engineName() {
        return engineName;
    }

    /** What runs its models. */
    public ModelType engine() {
        return engine;
    }

    public String runtime() {
        return runtime;
    }

    /** The one without another choice. */
    public InferenceMode mode() {
        return mode;
    }

    /** The modes that may be chosen. */
    public List<InferenceMode> modes() {
        return isGeneral() ? List.of(InferenceMode.values()) : List.of(mode);
    }

    /** Whether it was made for any kind of model. */
    public boolean isGeneral() {
        return mode == InferenceMode.UNDEFINED;
    }

    public Standing standing() {
        return standing;
    }

    /** Why it is refused, or what runs its models now; empty if the event of the runtime says it all. */
    public Optional<String> reason() {
        return Optional.ofNullable(reason);
    }

    /** By its id or its name in the guide. */
    public static Optional<ModelTemplate> ofId(String text) {
        return Arrays.stream(values())
                .filter(template -> template.id.equals(text) || template.guideName.equals(text))
                .findFirst();
    }

    private static final class Reasons {

        static final String MXNET =
                "MXNet was retired in 2023 and its last release does not install on a Python of today: convert the model to ONNX or PyTorch";
        static final String CAFFE = "Caffe is in no distribution any more: OpenCV's dnn module runs the network";
        static final String CAFFE_GPU =
                CAFFE + ", on the processor of its instance and not on a GPU: it is slower than it was";
    }
}
