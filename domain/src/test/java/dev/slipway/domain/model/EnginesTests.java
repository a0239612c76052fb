package dev.slipway.domain.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.domain.storage.ObjectUri;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnginesTests {

    @Test
    void areThoseOfThisVersion() {
        assertThat(Engines.names())
                .containsExactly(
                        "Custom",
                        "Scikit_Learn",
                        "XGBoost",
                        "TensorFlow",
                        "PyTorch",
                        "MindSpore",
                        "Caffe",
                        "Spark_MLlib");
        assertThat(Engines.find(ModelType.MXNET)).isEmpty();
        assertThatThrownBy(() -> Engines.of(ModelType.MXNET)).hasMessageContaining("'MXNet'");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            SCIKIT_LEARN | a.m                                | sub/a.m              | '*.m'
            XGBOOST      | a.m                                | customize_service.py | '*.m'
            TENSORFLOW   | saved_model.pb                     | variables/v.index    | SavedModel
            TENSORFLOW   | 1/saved_model.pb                   | model.h5             | _inference
            TENSORFLOW   | customize_service.py               | sub/customize_service.py | customize_service.py
            PYTORCH      | customize_service.py               | a.pth                | no default service class
            MINDSPORE    | customize_service.py               | a.ckpt               | no default service class
            CAFFE        | customize_service.py a.prototxt a.caffemodel | customize_service.py a.prototxt | '*.caffemodel'
            CAFFE        | customize_service.py a.prototxt a.caffemodel | customize_service.py b/a.prototxt | '*.prototxt'
            SPARK_MLLIB  | customize_service.py spark_model/metadata/_SUCCESS | customize_service.py | 'spark_model'
            """)
    void eachNamesWhatAPackageLacks(ModelType type, String complete, String lacking, String cause) {
        Engine engine = Engines.of(type);

        assertThat(engine.check(List.of(complete.split(" ")))).isEmpty();
        assertThat(engine.check(List.of(lacking.split(" ")))).hasValueSatisfying(lack -> {
            assertThat(lack.causeIn("obs://b/100%/model/")).contains(cause).contains("obs://b/100%/model/");
            assertThat(lack.advice()).isNotBlank();
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            TENSORFLOW   | python2.7 | TensorFlow 1.8.0 on Python 2.7 | tensorflow
            TENSORFLOW   | python3.6 | TensorFlow 1.8.0 on Python 3.6 | tensorflow
            TENSORFLOW   | tf1.13-python3.6-gpu | TensorFlow 1.13 on Python 3.6 and a GPU | tensorflow
            TENSORFLOW   | tf1.13-python3.6-cpu | TensorFlow 1.13 on Python 3.6 | tensorflow
            TENSORFLOW   | tf1.13-python3.7-cpu | TensorFlow 1.13 on Python 3.7 | tensorflow
            TENSORFLOW   | tf1.13-python3.7-gpu | TensorFlow 1.13 on Python 3.7 and a GPU | tensorflow
            TENSORFLOW   | tf2.1-python3.7 | TensorFlow 2.1 on Python 3.7 | tensorflow
            TENSORFLOW   | tensorflow_2.1.0-cuda_10.1-py_3.7-ubuntu_18.04-x86_64 | TensorFlow 2.1.0 on Python 3.7 with CUDA 10.1 | tensorflow
            TENSORFLOW   | tensorflow_2.6.0-cpu-py_3.9-ubuntu_20.04-x86_64 | TensorFlow 2.6.0 on Python 3.9 | tensorflow
            SPARK_MLLIB  | python2.7 | Spark MLlib 2.3.2 on Python 2.7 | pyspark
            SPARK_MLLIB  | python3.6 | Spark MLlib 2.3.2 on Python 3.6 | pyspark
            SCIKIT_LEARN | python2.7 | scikit-learn 0.18.1 on Python 2.7 | scikit-learn
            SCIKIT_LEARN | python3.6 | scikit-learn 0.18.1 on Python 3.6 | scikit-learn
            SCIKIT_LEARN | python3.7 | Python 3.7 | scikit-learn
            XGBOOST      | python2.7 | XGBoost 0.80 on Python 2.7 | xgboost-cpu
            XGBOOST      | python3.6 | XGBoost 0.80 on Python 3.6 | xgboost-cpu
            PYTORCH      | python2.7 | PyTorch 1.0 on Python 2.7 | torch
            PYTORCH      | python3.6 | PyTorch 1.0 on Python 3.6 | torch
            PYTORCH      | python3.7 | PyTorch 1.0 on Python 3.7 | torch
            PYTORCH      | pytorch1.4-python3.7 | PyTorch 1.4 on Python 3.7 | torch
            PYTORCH      | pytorch1.5-python3.7 | PyTorch 1.5 on Python 3.7 | torch
            PYTORCH      | pytorch_1.8.0-cuda_10.2-py_3.7-ubuntu_18.04-x86_64 | PyTorch 1.8.0 on Python 3.7 with CUDA 10.2 | torch
            MINDSPORE    | aarch64 | MindSpore on an Ascend Snt3 accelerator | mindspore
            MINDSPORE    | mindspore_2.1.0-cann_6.3.2-py_3.7-euler_2.10.7-aarch64-snt9b | MindSpore 2.1.0 on Python 3.7 with CANN 6.3.2 | mindspore
            MINDSPORE    | mindspore_1.7.0-cuda_10.1-py_3.7-ubuntu_18.04-x86_64 | MindSpore 1.7.0 on Python 3.7 with CUDA 10.1 | mindspore
            CAFFE        | python3.6 | Caffe 1.0 on Python 3.6 | opencv-python-headless
            """)
    void theNamesOfTheGuideMeanWhatExistsToday(ModelType type, String name, String meant, String library) {
        EngineRuntime runtime = Engines.of(type).runtime(name).orElseThrow();

        assertThat(runtime.warning()).hasValueSatisfying(warning -> assertThat(warning)
                .contains("'" + name + "' meant " + meant + ",")
                .contains("runs on " + library + " "));
        assertThat(runtime.environment().packages()).anyMatch(line -> line.startsWith(library + "=="));
        assertThat(runtime.environment()).isEqualTo(Engines.of(type).environment(name));
    }

    @ParameterizedTest
    @CsvSource({
        "TENSORFLOW, pytorch1.4-python3.7",
        "PYTORCH, tf2.1-python3.7",
        "PYTORCH, tensorflow_2.1.0-cuda_10.1-py_3.7-ubuntu_18.04-x86_64",
        "SCIKIT_LEARN, python4",
        "SCIKIT_LEARN, python2.6",
        "CUSTOM, aarch64",
        "XGBOOST, PYTHON3.6"
    })
    void otherNamesAreNoRuntimes(ModelType type, String name) {
        assertThat(Engines.of(type).runtime(name)).isEmpty();
    }

    @Test
    void theDefaultAndThePlainNameNeedNoWarning() {
        for (Engine engine : Engines.all()) {
            assertThat(engine.runtime(null).orElseThrow().warning()).isEmpty();
            assertThat(engine.runtime("python3").orElseThrow().warning()).isEmpty();
            assertThat(engine.environment("python3")).isEqualTo(engine.environment(null));
        }
    }

    /** The libraries that packages use without naming them, and one version of each for a Python. */
    @Test
    void environmentsHaveWhatPackagesExpect() {
        for (Engine engine : Engines.all()) {
            List<String> packages = engine.environment(null).packages();
            if (engine.type() == ModelType.CUSTOM) {
                assertThat(packages).isEmpty();
                continue;
            }
            for (String expected : List.of(
                    "numpy",
                    "pandas",
                    "Pillow",
                    "opencv-python-headless",
                    "scikit-image",
                    "PyYAML",
                    "tqdm",
                    "matplotlib",
                    "requests",
                    "easydict",
                    "setuptools")) {
                assertThat(packages).as(engine.name()).anyMatch(line -> line.startsWith(expected + "=="));
            }
            List<String> all = new ArrayList<>(packages);
            all.addAll(engine.environment(null).constraints());
            assertThat(all)
                    .allMatch(
                            line -> line.matches(
                                    "[A-Za-z0-9._-]+==[0-9][A-Za-z0-9.+]*(; python_version (<|>=|==) \"3[.][0-9]+\"( and python_version < \"3[.][0-9]+\")?)?"));
        }
    }

    @Test
    void customNeedsItsServiceClass() {
        Engine engine = Engines.of(ModelType.CUSTOM);

        assertThat(engine.check(List.of("customize_service.py", "a.m"))).isEmpty();
        assertThat(engine.check(List.of("lib/customize_service.py"))).hasValueSatisfying(lack -> {
            assertThat(lack.file()).isEqualTo("customize_service.py");
            assertThat(lack.causeIn("obs://b/100%/model/"))
                    .isEqualTo(
                            "engine 'Custom' has no default service class, so the package needs 'obs://b/100%/model/customize_service.py'");
            assertThat(lack.advice()).contains("SingleNodeService");
        });
        assertThat(engine.modelFiles(List.of("a.m"))).isEmpty();
        assertThat(engine.takes("multipart/form-data")).isTrue();
    }

    @Test
    void scikitLearnNeedsAModelFileBesideItsConfig() {
        Engine engine = Engines.of(ModelType.SCIKIT_LEARN);

        assertThat(engine.check(List.of("a.m"))).isEmpty();
        assertThat(engine.check(List.of("sub/a.m", "customize_service.py")))
                .hasValueSatisfying(
                        lack -> assertThat(lack.causeIn("obs://b/model/")).contains("'*.m' in 'obs://b/model/'"));
        assertThat(engine.modelFiles(List.of("a.m", "b.m", "sub/c.m"))).containsExactly("a.m", "b.m");
        assertThat(engine.takes("multipart/form-data")).isFalse();
        assertThat(engine.takes("application/json")).isTrue();
    }

    @Test
    void eachHasAnEnvironmentOfItsOwn() {
        assertThat(Engines.all().stream().map(engine -> engine.environment().digest()))
                .doesNotHaveDuplicates();
        assertThat(Engines.all().stream().map(engine -> engine.environment(null).digest()))
                .doesNotHaveDuplicates();
        assertThat(Engines.of(ModelType.CUSTOM).environment().digest())
                .isEqualTo(Engines.of(ModelType.CUSTOM).environment().digest());
    }

    @Test
    void anImageIsNoPackage() {
        ModelSource.ContainerImage image = new ModelSource.ContainerImage("r/o/i:1", List.of(), true);

        assertThatThrownBy(image::asPackage)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("image 'r/o/i:1'");
        assertThat(image.source()).hasToString("r/o/i:1");
    }

    @Test
    void aPackageIsTakenAsItIs() {
        ModelSource.PackageFolder source = new ModelSource.PackageFolder(new ObjectUri("models", "iris/"));

        assertThat(source.asPackage()).isEqualTo(source);
        assertThat(new ModelSource.Template(
                                ModelTemplate.PYTORCH_PY36, InferenceMode.UNDEFINED, new ObjectUri("models", "iris/"))
                        .asPackage())
                .isEqualTo(source);
    }

    @Test
    void theTemplatesAreThoseOfTheGuide() {
        assertThat(ModelTemplate.values()).hasSize(12);
        for (ModelTemplate template : ModelTemplate.values()) {
            assertThat(ModelTemplate.ofId(template.id())).contains(template);
            assertThat(ModelTemplate.ofId(template.guideName())).contains(template);
            assertThat(template.isGeneral()).isEqualTo(template != ModelTemplate.TENSORFLOW_IMAGE_CLASSIFICATION);
            if (template.standing() == ModelTemplate.Standing.REFUSED) {
                assertThat(template.engine()).isEqualTo(ModelType.MXNET);
                assertThat(template.reason()).isPresent();
            } else {
                assertThat(Engines.of(template.engine()).runtime(template.runtime()))
                        .as(template.id())
                        .hasValueSatisfying(
                                runtime -> assertThat(runtime.warning()).isPresent());
            }
        }
        assertThat(ModelTemplate.TENSORFLOW_IMAGE_CLASSIFICATION.modes())
                .containsExactly(InferenceMode.IMAGE_PROCESSING);
        assertThat(ModelTemplate.ARM_ASCEND.modes()).containsExactly(InferenceMode.values());
    }
}
