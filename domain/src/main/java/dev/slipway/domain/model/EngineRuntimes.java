package dev.slipway.domain.model;

import dev.slipway.domain.environment.EnvironmentSpec;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The runtimes of one engine: the names of the guide's table 2-2, and the names that are built like them. */
final class EngineRuntimes {

    /** Means no more than the interpreter of the engine's environment. */
    private static final String PLAIN = "python3";

    private static final Pattern PYTHON = Pattern.compile("python(2[.]7|3[.][0-9]{1,2})");

    /** For example {@code tf1.13-python3.7-gpu}. */
    private static final Pattern SHORT =
            Pattern.compile("([a-z]+)([0-9]+[.][0-9]+(?:[.][0-9]+)?)-python([23][.][0-9]{1,2})(?:-(cpu|gpu))?");

    /** For example {@code pytorch_1.8.0-cuda_10.2-py_3.7-ubuntu_18.04-x86_64}. */
    private static final Pattern LONG = Pattern.compile(
            "([a-z]+)_([0-9]+(?:[.][0-9]+)+[a-z0-9]*)-(cpu|cuda_[0-9.]+|cann_[0-9a-z.]+)-py_([23][.][0-9]{1,2})-([a-z0-9._]+(?:-[a-z0-9_]+)*)");

    private static final Map<ModelType, EngineRuntimes> ALL = new EnumMap<>(Map.of(
            ModelType.CUSTOM,
            new EngineRuntimes("Custom", "", "custom", "", Map.of()),
            ModelType.SCIKIT_LEARN,
            new EngineRuntimes(
                    "Scikit_Learn",
                    "",
                    "scikit-learn",
                    "scikit-learn",
                    named(
                            "python2.7",
                            "scikit-learn 0.18.1 on Python 2.7",
                            "python3.6",
                            "scikit-learn 0.18.1 on Python 3.6")),
            ModelType.XGBOOST,
            new EngineRuntimes(
                    "XGBoost",
                    "",
                    "xgboost",
                    "xgboost-cpu",
                    named("python2.7", "XGBoost 0.80 on Python 2.7", "python3.6", "XGBoost 0.80 on Python 3.6")),
            ModelType.TENSORFLOW,
            new EngineRuntimes(
                    "TensorFlow",
                    "tf",
                    "tensorflow",
                    "tensorflow",
                    named(
                            "python2.7", "TensorFlow 1.8.0 on Python 2.7",
                            "python3.6", "TensorFlow 1.8.0 on Python 3.6",
                            "tf1.13-python3.6-gpu", "TensorFlow 1.13 on Python 3.6 and a GPU",
                            "tf1.13-python3.6-cpu", "TensorFlow 1.13 on Python 3.6",
                            "tf1.13-python3.7-cpu", "TensorFlow 1.13 on Python 3.7",
                            "tf1.13-python3.7-gpu", "TensorFlow 1.13 on Python 3.7 and a GPU",
                            "tf2.1-python3.7", "TensorFlow 2.1 on Python 3.7",
                            "tensorflow_2.1.0-cuda_10.1-py_3.7-ubuntu_18.04-x86_64",
                                    "TensorFlow 2.1.0 on Python 3.7 with CUDA 10.1")),
            ModelType.PYTORCH,
            new EngineRuntimes(
                    "PyTorch",
                    "pytorch",
                    "pytorch",
                    "torch",
                    named(
                            "python2.7", "PyTorch 1.0 on Python 2.7",
                            "python3.6", "PyTorch 1.0 on Python 3.6",
                            "python3.7", "PyTorch 1.0 on Python 3.7",
                            "pytorch1.4-python3.7", "PyTorch 1.4 on Python 3.7",
                            "pytorch1.5-python3.7", "PyTorch 1.5 on Python 3.7",
                            "pytorch_1.8.0-cuda_10.2-py_3.7-ubuntu_18.04-x86_64",
                                    "PyTorch 1.8.0 on Python 3.7 with CUDA 10.2")),
            ModelType.MINDSPORE,
            new EngineRuntimes(
                    "MindSpore",
                    "mindspore",
                    "mindspore",
                    "mindspore",
                    named(
                            "aarch64", "MindSpore on an Ascend Snt3 accelerator",
                            "mindspore_2.1.0-cann_6.3.2-py_3.7-euler_2.10.7-aarch64-snt9b",
                                    "MindSpore 2.1.0 on Python 3.7 with CANN 6.3.2")),
            ModelType.CAFFE,
            new EngineRuntimes(
                    "Caffe",
                    "caffe",
                    "caffe",
                    "opencv-python-headless",
                    named("python2.7", "Caffe 1.0 on Python 2.7", "python3.6", "Caffe 1.0 on Python 3.6")),
            ModelType.SPARK_MLLIB,
            new EngineRuntimes(
                    "Spark_MLlib",
                    "spark",
                    "spark",
                    "pyspark",
                    named(
                            "python2.7",
                            "Spark MLlib 2.3.2 on Python 2.7",
                            "python3.6",
                            "Spark MLlib 2.3.2 on Python 3.6"))));

    private final String engine;
    private final String shortPrefix;
    private final String longPrefix;
    private final String library;
    private final Map<String, String> known;
    private final Requirements requirements;

    /**
     * @param shortPrefix of names like {@code tf2.1-python3.7}, empty if there are none
     * @param stack the name of the files with its packages, and of names like {@code tensorflow_2.1.0-cuda_10.1-...}
     * @param library the package that is the engine, empty if there is none
     * @param known what the names of the table meant
     */
    private EngineRuntimes(String engine, String shortPrefix, String stack, String library, Map<String, String> known) {
        this.engine = engine;
        this.shortPrefix = shortPrefix;
        this.longPrefix = stack;
        this.library = library;
        this.known = known;
        this.requirements = Requirements.of(stack);
    }

    static EngineRuntimes of(ModelType type) {
        EngineRuntimes runtimes = ALL.get(type);
        if (runtimes == null) {
            throw new IllegalArgumentException("type '%s' has no runtimes".formatted(type.wireName()));
        }
        return runtimes;
    }

    /** Those of the table, and the one that means the engine's interpreter. */
    List<String> names() {
        return library.isEmpty()
                ? List.of()
                : Stream.concat(known.keySet().stream(), Stream.of(PLAIN)).toList();
    }

    Optional<EngineRuntime> find(@Nullable String name) {
        if (name == null || name.isEmpty() || name.equals(PLAIN)) {
            return Optional.of(runtime(name == null ? "" : name, null));
        }
        String listed = known.get(name);
        return Optional.ofNullable(listed != null ? listed : meaning(name)).map(meant -> runtime(name, meant));
    }

    private @Nullable String meaning(String name) {
        Matcher python = PYTHON.matcher(name);
        if (python.matches()) {
            return "Python " + python.group(1);
        }
        Matcher brief = SHORT.matcher(name);
        if (brief.matches() && brief.group(1).equals(shortPrefix)) {
            String device = "gpu".equals(brief.group(4)) ? " and a GPU" : "";
            return "%s %s on Python %s%s".formatted(engine, brief.group(2), brief.group(3), device);
        }
        Matcher full = LONG.matcher(name);
        if (full.matches() && full.group(1).equals(longPrefix)) {
            String device = full.group(3).equals("cpu") ? "" : " with " + device(full.group(3));
            return "%s %s on Python %s%s".formatted(engine, full.group(2), full.group(4), device);
        }
        return null;
    }

    private static String device(String text) {
        return text.replace("cuda_", "CUDA ").replace("cann_", "CANN ");
    }

    private EngineRuntime runtime(String name, @Nullable String meant) {
        String versions = library.isEmpty() ? "" : "%s %s on ".formatted(library, requirements.versionsOf(library));
        EnvironmentSpec environment =
                new EnvironmentSpec(engine, Engines.PYTHON, requirements.packages(), requirements.constraints());
        return new EngineRuntime(name, meant, versions + "Python 3.9 or later", environment);
    }

    /** In order. */
    private static Map<String, String> named(String... namesAndMeanings) {
        Map<String, String> named = new LinkedHashMap<>();
        for (int i = 0; i < namesAndMeanings.length; i += 2) {
            named.put(namesAndMeanings[i], namesAndMeanings[i + 1]);
        }
        return named;
    }
}
