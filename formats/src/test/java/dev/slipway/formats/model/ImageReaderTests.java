package dev.slipway.formats.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipway.domain.access.ProjectId;
import dev.slipway.domain.instance.Probe;
import dev.slipway.domain.instance.ServerProcess;
import dev.slipway.domain.model.Model;
import dev.slipway.domain.model.ModelId;
import dev.slipway.domain.model.ModelSource;
import dev.slipway.domain.model.ModelSpec;
import dev.slipway.domain.model.ModelType;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.domain.storage.ObjectUri;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageReaderTests {

    private static final String BODY = """
            {"model_name": "served", "model_version": "0.0.1", "model_type": "Image",
             "source_location": "%s"%s}""";
    private static final String REFERENCE = "r.example.com/group/served:1.0";

    @Test
    void readsAReference() {
        ModelSpec spec = read(REFERENCE, "");

        assertThat(spec.type()).isEqualTo(ModelType.IMAGE);
        assertThat(spec.source()).isEqualTo(new ModelSource.ContainerImage(REFERENCE, List.of(), true));
        assertThat(spec.objects()).isEmpty();
        assertThat(ImageServer.of(model(spec)))
                .isEqualTo(new ServerProcess(List.of(), Map.of("https", 8080), null, null));
    }

    @Test
    void readsALayoutOfTheProject() {
        ModelSpec spec = read("https://models.obs.local/images/served:1.0", "");

        assertThat(spec.source())
                .isEqualTo(new ModelSource.ContainerImage("obs://models/images/served:1.0", List.of(), true));
        assertThat(spec.objects()).containsExactly(new ObjectUri("models", "images/served/"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "serve --port 80 | [serve, --port, 80]",
                "/bin/serve 'a b' \"c 'd'\" e''f | [/bin/serve, a b, c 'd', ef]",
                "serve --verbose -vv --volumes | [serve, --verbose, -vv, --volumes]"
            })
    void takesACommandApartWithoutAShell(String command, String words) {
        ModelSource source = read(REFERENCE, ", \"cmd\": \"%s\"".formatted(command.replace("\"", "\\\"")))
                .source();

        assertThat(((ModelSource.ContainerImage) source).command()).hasToString(words);
    }

    /** Guide 2.2.4. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "serve $HOME",
                "a | b",
                "a > b",
                "a < b",
                "a `b`",
                "a !",
                "a \\n b",
                "a \\\\ b",
                "a?",
                "serve -v /etc",
                "serve --volume=/etc",
                "serve --mount x",
                "serve --tmpfs",
                "serve --privileged",
                "serve --cap-add=ALL",
                "serve 'a"
            })
    void refusesCommandsThatAShellOrAnEngineWouldObey(String command) {
        assertThatExceptionOfType(Invalid.class)
                .isThrownBy(() -> read(REFERENCE, ", \"cmd\": \"%s\"".formatted(command)))
                .withMessageContaining("'cmd'");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                ", \"execution_code\": \"obs://models/customize_service.py\" | execution_code",
                ", \"runtime\": \"python3.6\" | runtime",
                ", \"dependencies\": [{\"installer\": \"pip\", \"packages\": []}] | dependencies",
                ", \"template\": {\"template_id\": \"x\"} | template",
                ", \"source_copy\": \"maybe\" | source_copy",
                ", \"dynamic_loading\": true | dynamic_loading",
                ", \"nonsense\": 1 | nonsense",
                ", \"trial\": {\"prediction\": {\"file\": \"a.json\"}} | trial",
                ", \"initial_config\": {\"model_algorithm\": \"a\", \"model_type\": \"Image\", \"port\": 70000} | port",
                ", \"initial_config\": {\"model_algorithm\": \"a\", \"model_type\": \"Image\", \"protocol\": \"grpc\"} | protocol",
                ", \"initial_config\": {\"model_algorithm\": \"a\", \"model_type\": \"Image\", \"swr_location\": \"r/other:1\"} | source_location",
                ", \"initial_config\": {\"model_algorithm\": \"a\", \"model_type\": \"Custom\"} | model_type"
            })
    void refusesByTheNameOfTheField(String more, String field) {
        assertThatExceptionOfType(Invalid.class)
                .isThrownBy(() -> read(REFERENCE, more))
                .satisfies(
                        invalid -> assertThat(String.valueOf(invalid.field())).contains(field));
    }

    @ParameterizedTest
    @ValueSource(strings = {"served:1.0", "r.example.com/Served:1", "r.example.com/a:b:c", "https://elsewhere.com/a"})
    void refusesWhatIsNoReference(String reference) {
        assertThatExceptionOfType(Invalid.class)
                .isThrownBy(() -> read(reference, ""))
                .withMessageContaining("expected");
    }

    @Test
    void refusesWhatOnlyImagesHave() {
        String body = """
                {"model_name": "m", "model_version": "0.0.1", "model_type": "Custom", "source_location": "obs://models/a/"%s}""";
        for (String more : List.of(", \"cmd\": \"serve\"", ", \"source_copy\": \"false\"")) {
            assertThatExceptionOfType(Invalid.class)
                    .isThrownBy(() -> new CreateModelReader("obs.local")
                            .read(body.formatted(more).getBytes(StandardCharsets.UTF_8)))
                    .withMessageContaining("an image");
        }
    }

    @Test
    void readsServerAndChecks() {
        ModelSpec spec = read(REFERENCE, """
                , "source_copy": "false", "cmd": "serve", "initial_config": {
                  "model_algorithm": "served", "model_type": "Image", "protocol": "HTTP", "port": "9090",
                  "startup_health": {"check_method": "EXEC", "command": "cat '/tmp/a b'", "period_seconds": "5", "failure_threshold": "30"},
                  "health": {"check_method": "HTTP", "url": "/live", "initial_delay_seconds": "7", "timeout_seconds": "2",
                             "period_seconds": "3", "failure_threshold": "4"}}""");
        Probe health =
                new Probe("/live", List.of(), Duration.ofSeconds(7), Duration.ofSeconds(3), Duration.ofSeconds(2), 4);

        assertThat(((ModelSource.ContainerImage) spec.source()).isCopied()).isFalse();
        assertThat(ImageServer.of(model(spec)))
                .isEqualTo(new ServerProcess(
                        List.of("serve"),
                        Map.of("http", 9090),
                        new Probe(
                                null,
                                List.of("cat", "/tmp/a b"),
                                Duration.ZERO,
                                Duration.ofSeconds(5),
                                Duration.ofSeconds(1),
                                30),
                        health,
                        health));
    }

    @Test
    void takesTheProtocolOfItsApis() {
        ModelSpec spec =
                read(REFERENCE, ", \"apis\": [{\"url\": \"/predict\", \"method\": \"post\", \"protocol\": \"http\"}]");

        assertThat(ImageServer.of(model(spec)).ports()).isEqualTo(Map.of("http", 8080));
    }

    private static ModelSpec read(String reference, String more) {
        return new CreateModelReader("obs.local")
                .read(BODY.formatted(reference, more).getBytes(StandardCharsets.UTF_8));
    }

    private static Model model(ModelSpec spec) {
        return Model.asked(
                new ModelId("00000000-0000-0000-0000-000000000001"),
                new ProjectId("0".repeat(32)),
                "tenant",
                "owner",
                spec,
                Instant.EPOCH);
    }
}
