package dev.slipway.formats.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipway.domain.model.Dependency;
import dev.slipway.domain.model.ModelConfig;
import dev.slipway.domain.model.ModelType;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelConfigReaderTests {

    @Test
    void readsAWholeConfigAndKeepsItsText() {
        String text = """
                {"model_algorithm": "image classification", "model_type": "Custom", "tunable": false,
                 "metrics": {"f1": 0.5, "own": "x"},
                 "apis": [{"procotol": "http", "url": "/", "method": "post",
                   "request": {"Content-type": "applicaton/json",
                     "data": {"type": "object", "properties": {"images": {"type": "file"}}}}}],
                 "dependencies": []}
                """;

        ModelConfig config = read(text);

        assertThat(config.text()).isEqualTo(text);
        assertThat(config.metrics()).isEqualTo("{\"f1\":0.5,\"own\":\"x\"}");
        assertThat(config.apis()).singleElement().satisfies(api -> {
            assertThat(api.method()).isEqualTo("POST");
            assertThat(api.takesFile()).isTrue();
            assertThat(api.requestSchema()).contains("\"images\"");
        });
    }

    @Test
    void passesOverAByteOrderMark() {
        String text = "{\"model_algorithm\":\"a\",\"model_type\":\"Custom\"}";

        assertThat(read("\uFEFF" + text).text()).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"model_algorithm":"a","model_type":"Custom","model_type":"Image"} | line 1, column 46: 'model_type': the key stands twice
            {"model_algorithm":"a"}                                           | 'model_type': expected a text, found none
            {"model_type":"Custom"}                                           | 'model_algorithm': expected what the model is for
            {"model_algorithm":"a","model_type":5}                            | column 37: 'model_type': expected a text, found the number 5
            {"model_algorithm":"a","model_type":"MXNet"}                      | engine 'MXNet' is not supported: the project was retired
            {"model_algorithm":"a","model_type":"Pytroch"}                    | engine 'Pytroch' does not exist
            {"model_algorithm":"a","model_type":"Scikit_Learn"}               | expected 'Custom' as in the request, found 'Scikit_Learn'
            {"model_algorithm":"1a","model_type":"Custom"}                    | 'model_algorithm': expected a letter
            {"model_algorithm":"a","model_type":"Custom","swr_location":"x"}  | 'swr_location': only models of engine 'Image'
            {"model_algorithm":"a","model_type":"Custom","runtime":"pytorch1.4-python3.7"} | 'runtime': expected a runtime of engine 'Custom', found 'pytorch1.4-python3.7'
            {"model_algorithm":"a","model_type":"Custom","metrics":{"f1":"high"}} | 'metrics.f1': expected a number, found the text "high"
            {"model_algorithm":"a","model_type":"Custom","apis":[{"method":"get"}]} | 'apis[0].method': expected POST, by which alone a model is called
            {"model_algorithm":"a","model_type":"Custom","apis":[{"url":"/x"}]} | 'apis[0].url': a model of engine 'Custom' answers on '/' only
            {"model_algorithm":"a","model_type":"Custom","apis":[{},{}]}      | 'apis[1]': the api POST '/' stands twice
            {"model_algorithm":"a","model_type":"Custom","dependencies":[{"installer":"conda","packages":[]}]} | 'dependencies[0].installer': expected one of [pip], found 'conda'
            {"model_algorithm":"a","model_type":"Custom","dependencies":[{"packages":[]}]} | 'dependencies[0].installer': expected a text, found none
            {"model_algorithm":"a","model_type":"Custom","dependencies":[{"installer":"pip","packages":[{}]}]} | 'dependencies[0].packages[0].package_name': expected a text, found none
            {"model_algorithm":"a","model_type":"Custom","dependencies":[{"installer":"pip","packages":[{"package_name":"-r x"}]}]} | 'dependencies[0].packages[0].package_name': expected the name of a package
            {"model_algorithm":"a","model_type":"Custom","dependencies":[{"installer":"pip","packages":[{"package_name":"x","package_version":"1.0,>2","restraint":"EXACT"}]}]} | 'dependencies[0].packages[0].package_version': expected a version such as 1.16.4, found '1.0,>2'
            {"model_algorithm":"a","model_type":"Custom","dependencies":[{"installer":"pip","packages":[{"package_name":"x","package_version":"1","restraint":"LATEST"}]}]} | 'dependencies[0].packages[0].restraint': expected one of [EXACT, ATLEAST, ATMOST], found 'LATEST'
            {"model_algorithm":"a","model_type":"Custom","dependencies":[{"installer":"pip","packages":[{"package_nmae":"x"}]}]} | 'dependencies[0].packages[0].package_name': expected a text, found none
            {"model_algorithm":"a","model_type":"Custom","dependencies":[{"installer":"pip","pakages":[{"package_name":"x"}]}]} | 'dependencies[0].pakages': this key has no meaning, did you mean 'packages'
            {"model_algorithm":"a","model_type":"Custom",}                    | line 1, column 45: is not JSON: a comma stands before
            """)
    void refusesWithPosition(String text, String message) {
        assertThatExceptionOfType(Invalid.class)
                .isThrownBy(() -> read(text))
                .satisfies(e -> assertThat(e.code())
                        .isEqualTo(
                                message.contains("not supported")
                                        ? ErrorCode.CONFIG_UNSUPPORTED
                                        : ErrorCode.CONFIG_VIOLATES_SPECIFICATION))
                .withMessageStartingWith("model/config.json, line 1, column ")
                .withMessageContaining(message);
    }

    @Test
    void aKeyThatStandsTwiceWithTheSameValueIsAWarning() throws IOException {
        ModelConfig config = read(resource("equal-key-twice.json"));

        assertThat(config.type()).isEqualTo(ModelType.CUSTOM);
        assertThat(ModelConfigReader.warnings(config, true))
                .containsExactly(
                        "model/config.json, line 4, column 3: 'model_type': the key stands twice, first at line 3,"
                                + " column 17 with the same value: remove one of them");
    }

    @Test
    void aKeyThatStandsTwiceWithOtherValuesIsAFaultWithBothLines() throws IOException {
        String text = resource("other-key-twice.json");
        assertThatExceptionOfType(Invalid.class)
                .isThrownBy(() -> read(text))
                .withMessageContaining("line 4, column 3: 'model_type': the key stands twice, first at line 3");
    }

    @Test
    void tellsAllFaultsAtOnceAndTheWarningBesideThem() throws IOException {
        String text = resource("three-faults.json");
        assertThatExceptionOfType(Invalid.class)
                .isThrownBy(() -> read(text))
                .satisfies(e -> assertThat(e.field()).isEqualTo("model_algorithm"))
                .withMessageContaining(
                        "line 2, column 22: 'model_algorithm': expected what the model is for as a text, for example \"image_classification\", found the number 7; ")
                .withMessageContaining("line 8, column 17: 'apis[0].method': expected POST")
                .withMessageContaining(
                        "a warning: model/config.json, line 6, column 19: 'apis[0].procotol': this key has no meaning, did you mean 'protocol'?");
    }

    /** What is not built comes last: first the author makes the file right. */
    @Test
    void tellsWhatIsNotBuiltAfterTheFaults() {
        String text = """
                {"model_type":"MXNet",
                 "metrics":{"f1":"high","recall":true},"apis":[{"url":"/x","protocol":"ftp"},"none"]}""";
        assertThatExceptionOfType(Invalid.class).isThrownBy(() -> read(text)).satisfies(e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.CONFIG_VIOLATES_SPECIFICATION);
            assertThat(e.getMessage())
                    .containsSubsequence(
                            "'model_algorithm'",
                            "'apis[0].url'",
                            "'apis[0].protocol'",
                            "'apis[1]'",
                            "'metrics.f1'",
                            "'metrics.recall'",
                            "engine 'MXNet' is not supported",
                            "convert the model to ONNX or PyTorch");
        });
    }

    @Test
    void readsDependenciesInTheirOrder() {
        ModelConfig config = read("""
                {"model_algorithm":"a","model_type":"Custom","dependencies":[
                  {"installer":"pip","packages":[
                    {"package_name":"numpy","package_version":"1.16.4","restraint":"EXACT"},
                    {"package_name":"Pillow","package_version":"","restraint":""}]},
                  {"installer":"pip","packages":[
                    {"package_name":"pandas","package_version":"0.23.0","restraint":"ATLEAST"},
                    {"package_name":"six","package_version":"","restraint":"ATMOST"},
                    {"package_name":"tqdm","package_version":"4.1"},
                    {"package_name":"/home/mind/model/own-1.0-py3-none-any.whl"}]}]}""");

        assertThat(config.dependencies())
                .containsExactly(
                        new Dependency("numpy", "1.16.4", Dependency.Restraint.EXACT),
                        new Dependency("Pillow", null, null),
                        new Dependency("pandas", "0.23.0", Dependency.Restraint.ATLEAST),
                        new Dependency("six", null, null),
                        new Dependency("tqdm", "4.1", Dependency.Restraint.EXACT),
                        new Dependency("own-1.0-py3-none-any.whl", null, null));
        assertThat(ModelConfigReader.warnings(config, true))
                .hasSize(3)
                .anySatisfy(each -> assertThat(each).contains("version 4.1 has no \"restraint\""))
                .anySatisfy(each -> assertThat(each).contains("'Pillow' has no version"))
                .anySatisfy(each -> assertThat(each).contains("'ATMOST' has no effect without"));
    }

    @Test
    void aCleanConfigHasNoWarnings() {
        ModelConfig config = read("""
                {"model_algorithm":"a","model_type":"Custom","algorithm":"x","tunable":false,"health":{},"own":1}""");
        assertThat(ModelConfigReader.warnings(config, true)).isEmpty();
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = ModelConfigReaderTests.class.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static ModelConfig read(String text) {
        return ModelConfigReader.readFile(text.getBytes(StandardCharsets.UTF_8), ModelType.CUSTOM);
    }
}
