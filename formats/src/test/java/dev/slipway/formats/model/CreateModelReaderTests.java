package dev.slipway.formats.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipway.domain.model.InferenceMode;
import dev.slipway.domain.model.ModelConfig;
import dev.slipway.domain.model.ModelSource;
import dev.slipway.domain.model.ModelSpec;
import dev.slipway.domain.model.ModelType;
import dev.slipway.domain.model.TrialSpec;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.domain.storage.ObjectUri;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CreateModelReaderTests {

    private static final String MINIMUM =
            "\"model_name\":\"iris\",\"model_version\":\"0.0.1\",\"model_type\":\"Custom\",\"source_location\":\"https://bkt.obs.local/m/\"";

    private final CreateModelReader reader = new CreateModelReader("obs.local:9000");

    @Test
    void readsTheLeastBody() {
        ModelSpec spec = read("");

        assertThat(spec.name()).isEqualTo("iris");
        assertThat(spec.type()).isEqualTo(ModelType.CUSTOM);
        assertThat(spec.source().asPackage().folder()).hasToString("obs://bkt/m/");
        assertThat(spec.request()).isEqualTo("{" + MINIMUM + "}");
        assertThat(spec.installTypes()).isEmpty();
    }

    @Test
    void takesStructuresInBothForms() {
        ModelSpec spec = read("""
                ,"install_type":"real-time","apis":"[{\\"url\\":\\"/\\",\\"method\\":\\"post\\"}]","dependencies":"[]","model_docs":[{"doc_name":"how","doc_url":"https://x/y"}]
                """);

        assertThat(spec.installTypes()).containsExactly("real-time");
        assertThat(spec.apis()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",\"trial\":null", ",\"trial\":{}", ",\"trial\":{\"pool\":null,\"envs\":null}"})
    void startsOnTrialWhereTheSettingsSayUnlessAPlaceIsNamed(String fields) {
        assertThat(read(fields).trial()).isEqualTo(TrialSpec.USUAL);
    }

    @Test
    void readsHowAModelIsStartedOnTrial() {
        TrialSpec expected = new TrialSpec("gpu", "one", Map.of("TOKEN", "t", "WORKERS", "2"), null);
        String trial = "{\"pool\":\"gpu\",\"specification\":\"one\",\"envs\":{\"TOKEN\":\"t\",\"WORKERS\":2}}";

        assertThat(read(",\"trial\":" + trial).trial()).isEqualTo(expected);
        assertThat(read(",\"trial\":\"%s\"".formatted(trial.replace("\"", "\\\"")))
                        .trial())
                .isEqualTo(expected);
    }

    @Test
    void namesWhatIsWrongInATrialStart() {
        assertThatExceptionOfType(Invalid.class)
                .isThrownBy(() -> read(",\"trial\":{\"flavor\":\"one\"}"))
                .withMessageContaining("trial.flavor");
        assertThatExceptionOfType(Invalid.class)
                .isThrownBy(() -> read(",\"trial\":{\"envs\":{\"A=B\":\"x\"}}"))
                .withMessageContaining("trial.envs")
                .withMessageContaining("without '='");
    }

    @Test
    void readsTheInitialConfigAsTextAndKeepsIt() {
        ModelConfig config =
                read(",\"initial_config\":\"{\\\"model_algorithm\\\":\\\"x\\\",\\\"model_type\\\":\\\"Custom\\\",\\\"extra\\\": 1}\",\"apis\":[{}]")
                        .config();

        assertThat(config).isNotNull().satisfies(each -> {
            assertThat(each.text()).isEqualTo("{\"model_algorithm\":\"x\",\"model_type\":\"Custom\",\"extra\": 1}");
            assertThat(each.type()).isEqualTo(ModelType.CUSTOM);
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            true | true
            "true" | true
            "false" | false
            false | false
            null | false
            "" | false
            """, quoteCharacter = '`')
    void readsWhetherWeightsAreLoadedWhereTheModelIsDeployed(String sent, boolean isFetched) {
        assertThat(read(",\"dynamic_loading\":" + sent).source())
                .isInstanceOfSatisfying(ModelSource.PackageFolder.class, source -> assertThat(source.isFetched())
                        .isEqualTo(isFetched));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ",\"template\":null",
                ",\"template\":{}",
                ",\"source_copy\":\"true\"",
                ",\"workspace_id\":\"0\"",
                ",\"workspace_id\":0",
                ",\"dependencies\":[]",
                ",\"source_type\":\"\"",
                ",\"description\":\"\""
            })
    void letsFieldsPassThatAreNotUsed(String extra) {
        assertThat(read(extra).name()).isEqualTo("iris");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            tensorflow-image-classification | -                | TENSORFLOW | python2.7 | IMAGE_PROCESSING
            TensorFlow-py36通用模板           | object_detection | TENSORFLOW | python3.6 | OBJECT_DETECTION
            pytorch-py36                    | 预置预测分析模式  | PYTORCH    | python3.6 | PREDICTIVE_ANALYSIS
            caffe-gpu-py27                  | image_processing | CAFFE      | python2.7 | IMAGE_PROCESSING
            arm-ascend                      | -                | MINDSPORE  | python3.5 | UNDEFINED
            """)
    void aTemplateSaysWhatAConfigWould(
            String id, @Nullable String mode, ModelType engine, String runtime, InferenceMode expected) {
        ModelSpec spec = template(id, "obs://bkt/m/model/", mode, "");

        assertThat(spec.type()).isEqualTo(engine);
        assertThat(spec.askedType()).isEqualTo(ModelType.TEMPLATE);
        assertThat(spec.source().asPackage().folder()).isEqualTo(new ObjectUri("bkt", "m/"));
        ModelConfig config = Objects.requireNonNull(spec.config());
        assertThat(config.runtime()).isEqualTo(runtime);
        assertThat(config.type()).isEqualTo(engine);
        assertThat(((ModelSource.Template) spec.source()).mode()).isEqualTo(expected);
        boolean takesFile = expected == InferenceMode.IMAGE_PROCESSING || expected == InferenceMode.OBJECT_DETECTION;
        assertThat(config.apis())
                .hasSize(expected == InferenceMode.UNDEFINED ? 0 : 1)
                .allSatisfy(api -> {
                    assertThat(api.url()).isEqualTo("/");
                    assertThat(api.takesFile()).isEqualTo(takesFile);
                    assertThat(api.requestContentType())
                            .isEqualTo(takesFile ? "multipart/form-data" : "application/json");
                });
        assertThat(spec.installTypes())
                .isEqualTo(expected == InferenceMode.UNDEFINED ? List.of("real-time") : List.of());
    }

    @Test
    void theFolderOfATemplateIsTheModelOrItsParent() {
        for (String input : List.of("obs://bkt/m", "obs://bkt/m/", "/bkt/m/model", "https://bkt.obs.local/m/model/")) {
            assertThat(template("pytorch-py36", input, null, "")
                            .source()
                            .asPackage()
                            .folder()
                            .asFolder())
                    .as(input)
                    .isEqualTo(new ObjectUri("bkt", "m/"));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", quoteCharacter = '`', textBlock = """
            mxnet-py36                      | -                | ``                                | template 'mxnet-py36' is not supported: MXNet was retired
            nothing                         | -                | ``                                | template 'nothing' does not exist, expected one of [tensorflow-image-classification
            tensorflow-image-classification | object_detection | ``                                | has the mode 'image_processing', which cannot be replaced
            pytorch-py36                    | other            | ``                                | 'template.infer_format': expected one of
            pytorch-py36                    | -                | ,"install_type":["batch"]         | 'install_type': a model of mode 'undefined' cannot be deployed as a batch
            pytorch-py36                    | -                | ,"runtime":"python3.6"            | 'runtime': the template says it
            pytorch-py36                    | -                | ,"apis":[{"url":"/"}]             | 'apis': the template says it
            pytorch-py36                    | -                | ,"source_location":"obs://bkt/m"  | 'source_location': the template says it
            pytorch-py36                    | -                | ,"templates":{}                   | 'templates': unknown field, did you mean 'template'
            """)
    void refusesTemplatesByName(String id, @Nullable String mode, String extra, String message) {
        assertThatExceptionOfType(Invalid.class)
                .isThrownBy(() -> template(id, "obs://bkt/m/model", mode, extra))
                .withMessageContaining(message);
    }

    private ModelSpec template(String id, String input, @Nullable String mode, String extra) {
        String format = mode == null ? "" : ",\"infer_format\":\"%s\"".formatted(mode);
        return reader.read("""
                {"model_name":"iris","model_type":"Template","template":{"template_id":"%s",
                 "template_inputs":[{"input":"%s","input_id":"model_folder"}]%s}%s}""".formatted(id, input, format, extra).getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ,"template":{"template_id":"x"}   | PARAMETER | 'template': only a model of type 'Template' has it
            ,"source_copy":"false"            | PARAMETER | 'source_copy'
            ,"source_type":"manual"           | PARAMETER | 'source_type': expected one of [auto], found 'manual'
            ,"workspace_id":"7"               | PARAMETER | 'workspace_id'
            ,"request_mode":"async"           | PARAMETER | 'request_mode': models answer synchronously here, asynchronous mode is not supported
            ,"encryption":{"key":"k"}         | PARAMETER | 'encryption': encrypted models are not supported
            ,"subscription_id":"s-1"          | PARAMETER | 'subscription_id': subscribed models are not supported
            ,"dynamic_loading":"maybe"        | PARAMETER | 'dynamic_loading': expected true or false, found
            ,"market_flag":true               | PARAMETER | 'market_flag': subscribed models are not supported
            ,"modle_name":"x"                 | PARAMETER | 'modle_name': unknown field, did you mean 'model_name'?
            ,"description":"a<b"              | PARAMETER | 'description': expected 1 to 100 characters
            ,"install_type":["realtime"]      | PARAMETER | 'install_type': expected some of
            ,"runtime":"tf1.13-python3.7-cpu" | PARAMETER | 'runtime': expected a runtime of engine 'Custom', found 'tf1.13-python3.7-cpu'
            ,"dependencies":[{"installer":"conda","packages":[]}] | PARAMETER | 'dependencies[0].installer': expected one of [pip]
            ,"dependencies":[{"installer":"pip","packages":[{"package_name":"numpy","package_version":"1.0","restraint":"=="}]}] | PARAMETER | expected one of [EXACT, ATLEAST, ATMOST]
            ,"execution_code":"https://bkt.obs.local/m/model/other.py" | PARAMETER | 'execution_code'
            ,"execution_code":"https://evil.example/customize_service.py" | SOURCE_LOCATION | evil.example
            ,"initial_config":"{\\"model_type\\": \\n oops}" | CONFIG_VIOLATES_SPECIFICATION | initial_config, line 2, column
            ,"initial_config":"{\\"model_type\\":\\"Custom\\"}" | CONFIG_VIOLATES_SPECIFICATION | 'model_algorithm': expected what the model is for
            ,"initial_config":{"model_algorithm":"x"} | PARAMETER | 'initial_config.model_type': expected a text, found none
            ,"initial_config":"{\\"apis\\": [{\\"url\\":\\"/x\\"}]}" | CONFIG_VIOLATES_SPECIFICATION | 'apis[0].url'
            """)
    void refusesByName(String extra, ErrorCode code, String message) {
        assertThatExceptionOfType(Invalid.class)
                .isThrownBy(() -> read(extra))
                .satisfies(e -> assertThat(e.code()).isEqualTo(code))
                .withMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            model_name      | ""                    | is empty, expected a text
            model_name      | "a b"                 | expected 1 to 64 letters
            model_version   | "1.0"                 | expected three numbers
            model_version   | "01.0.0"              | expected three numbers
            model_version   | "1.0.100"             | expected three numbers
            model_type      | "MXNet"               | engine 'MXNet' is not supported
            model_type      | "Torch"               | engine 'Torch' does not exist
            source_location | "https://evil.example/m" | host 'evil.example' is not served here
            source_location | null                  | expected a text, found null
            """)
    void refusesWrongValues(String field, String json, String message) {
        String body = ("{" + MINIMUM + "}").replaceAll("(\"" + field + "\"):\"[^\"]*\"", "$1:" + json);

        assertThatExceptionOfType(Invalid.class)
                .isThrownBy(() -> reader.read(body.getBytes(StandardCharsets.UTF_8)))
                .withMessageContaining(message);
    }

    @Test
    void suggestsNoFieldThatIsKnown() {
        String body = ("{" + MINIMUM + "}").replace("\"model_name\":\"iris\",", "");

        assertThatExceptionOfType(Invalid.class)
                .isThrownBy(() -> reader.read(body.getBytes(StandardCharsets.UTF_8)))
                .withMessageEndingWith("'model_name': expected a text, found none");
    }

    @Test
    void refusesANameOf65() {
        String body = ("{" + MINIMUM + "}").replace("\"iris\"", "\"" + "x".repeat(65) + "\"");

        assertThatExceptionOfType(Invalid.class)
                .isThrownBy(() -> reader.read(body.getBytes(StandardCharsets.UTF_8)))
                .withMessageContaining("'model_name': expected 1 to 64");
    }

    private ModelSpec read(String extra) {
        return reader.read(("{" + MINIMUM + extra + "}").getBytes(StandardCharsets.UTF_8));
    }
}
