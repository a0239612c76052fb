package dev.slipway.standalone.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipway.adapters.local.PipSettings;
import dev.slipway.domain.model.Engines;
import dev.slipway.domain.pool.Flavor;
import dev.slipway.domain.pool.Quantity;
import dev.slipway.domain.retention.RetentionPeriods;
import dev.slipway.domain.storage.ObjectGrant;
import dev.slipway.domain.storage.ObjectUri;
import dev.slipway.workflows.connection.TemporalTls;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsReaderTests {

    private static final String REGISTRIES = "images: {registries: [{host: 'r.example.com:5000'}], push: %s}";

    @Test
    void readsWhereBuiltImagesArePushed() {
        assertThat(SettingsReader.read("slipway.yml", REGISTRIES.formatted("{registry: 'r.example.com:5000'}"))
                        .images()
                        .push())
                .isEqualTo(new Settings.Push("r.example.com:5000", "slipway/models"));
        assertThat(SettingsReader.read(
                                "slipway.yml",
                                REGISTRIES.formatted("{registry: 'r.example.com:5000', repository: team/a_b.c-d}"))
                        .images()
                        .push())
                .isEqualTo(new Settings.Push("r.example.com:5000", "team/a_b.c-d"));
        assertThat(SettingsReader.read("slipway.yml", FirstSettings.text())
                        .images()
                        .push())
                .as("they are kept in the data folder")
                .isNull();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {registry: other.example.com}                            | a host of one of|images.push.registry
            {registry: 'r.example.com:5000', repository: Team/Models} | small letters    |images.push.repository
            {repository: team/models}                                | images are pushed|images.push.registry
            {registry: 'r.example.com:5000', tag: x}                 | tag              |images.push
            """)
    void refusesPushesToNowhere(String push, String expected, String place) {
        assertThatExceptionOfType(SettingsProblem.class)
                .isThrownBy(() -> SettingsReader.read("slipway.yml", REGISTRIES.formatted(push)))
                .withMessageContaining(expected.replace("a host of", "the host of"))
                .withMessageContaining(place);
    }

    @Test
    @Timeout(20)
    void refusesAPipeAtOnce(@TempDir Path temporary) throws Exception {
        Path pipe = temporary.resolve("slipway.yml");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();

        assertThatExceptionOfType(SettingsProblem.class)
                .isThrownBy(() -> SettingsReader.textOf(pipe))
                .withMessageContaining("expected a file, found a pipe");
    }

    @Test
    void readsWhatTheFirstStartWrites() {
        Settings settings = SettingsReader.read("slipway.yml", FirstSettings.text());
        assertThat(settings.pools().named(null).flavor("modelarts.vm.cpu.2u").slots())
                .isEqualTo(8);
        assertThat(settings.accounts().getFirst().users().getFirst().passwordSecret())
                .isEqualTo("admin-password");
        assertThat(settings.database().url()).isNull();
        assertThat(settings.temporal().namespace()).isEqualTo("slipway");
        assertThat(settings.bake()).isEqualTo(Duration.ofSeconds(5));
        assertThat(settings.batch().memoryMegabytes()).isEqualTo(64);
        assertThat(settings.batch().longestOutage()).isEqualTo(Duration.ofHours(24));
        assertThat(settings.retention()).isEqualTo(RetentionPeriods.DEFAULT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "# nothing", "rollout: {bake: 5s}", "pools:\naccounts:"})
    void needsNoLineAtAll(String text) {
        Settings settings = SettingsReader.read("slipway.yml", text);

        assertThat(settings).isEqualTo(SettingsReader.read("slipway.yml", FirstSettings.text()));
    }

    @Test
    void readsWhichObjectsBelongToAProject() {
        String text = FirstSettings.text()
                .replaceFirst(
                        "projects: \\[.*]", "projects: [one, {name: two, objects: [data/two, own]}, {name: three}]");
        Settings settings = SettingsReader.read("slipway.yml", text);

        assertThat(settings.accounts().getFirst().projects()).containsExactly("one", "two", "three");
        assertThat(settings.grants())
                .containsExactly(new ObjectGrant(
                        settings.accounts().getFirst().name(),
                        "two",
                        List.of(new ObjectUri("data", "two/"), new ObjectUri("own", ""))));
        assertThat(SettingsReader.read("slipway.yml", FirstSettings.text()).grants())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
            {name: two, objects: []}          | at least one <bucket> or <bucket>/<prefix>
            {name: two, objects: [data/../x]} | found 'data/../x'
            {name: two, objects: [data//x]}   | found 'data//x'
            {name: two, object: [data]}       | did you mean
            {objects: [data]}                 | 'accounts[0].projects[0].name' is missing
            one, one                          | a name that is not used above
            """)
    void refusesObjectsThatAreNone(String project, String message) {
        String text = FirstSettings.text().replaceFirst("projects: \\[.*]", "projects: [" + project + "]");
        assertThatExceptionOfType(SettingsProblem.class)
                .isThrownBy(() -> SettingsReader.read("slipway.yml", text))
                .withMessageContaining(message);
    }

    @Test
    void readsEachRetention() {
        String text = FirstSettings.text()
                .replace("service-events: 30d", "service-events: 1d")
                .replace("model-events: 90d", "model-events: 2d")
                .replace("batch: 30d", "batch: 3d")
                .replace("counts: 30d", "counts: 4d")
                .replace("requests: 30d", "requests: 5d")
                .replace("instances: 7d", "instances: 6d");
        assertThat(SettingsReader.read("slipway.yml", text).retention())
                .isEqualTo(new RetentionPeriods(
                        Duration.ofDays(1),
                        Duration.ofDays(2),
                        Duration.ofDays(3),
                        Duration.ofDays(4),
                        Duration.ofDays(5),
                        Duration.ofDays(6)));
        assertThatExceptionOfType(SettingsProblem.class)
                .isThrownBy(() ->
                        SettingsReader.read("slipway.yml", FirstSettings.text().replace("counts: 30d", "counts: 5m")))
                .withMessageContaining("'retention.counts': expected at least 60 minutes, found '5m'");
    }

    @Test
    void readsHowPackagesAreInstalled() {
        Settings settings = SettingsReader.read("slipway.yml", """
                build:
                  index: https://user:secret@mirror.example.com/simple
                  extra-indexes: [https://wheels.example.com/cpu, "file:///srv/wheels"]
                  limit: 50m
                  source-packages: true
                  memory-mb: 8192
                  cache-mb: 100
                engines:
                  PyTorch: {python: /opt/torch/bin/python3, policy: prefer-installed}
                  Custom: {policy: strict}
                """);

        assertThat(settings.models().pip())
                .isEqualTo(new PipSettings(
                                "https://user:secret@mirror.example.com/simple",
                                List.of("https://wheels.example.com/cpu", "file:///srv/wheels"),
                                Duration.ofMinutes(50),
                                Set.of("PyTorch"))
                        .withSources(new PipSettings.Sources(true, 8192))
                        .withCache(100L << 20));
        assertThat(settings.models().pip().toString()).doesNotContain("secret");
        assertThat(SettingsReader.read("slipway.yml", "build: {index: none}")
                        .models()
                        .pip()
                        .index())
                .isEqualTo(PipSettings.NO_INDEX);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
            build: {index: pypi}                            | 'build.index': expected the address of a package index
            build: {index: none, extra-indexes: [http://x]} | 'build.extra-indexes': expected nothing beside 'index: none'
            build: {extra-indexes: ["http://x http://y"]}   | 'build.extra-indexes': expected addresses
            build: {limit: 2h}                              | 'build.limit': expected at least 1s and at most 55m
            build: {source-packages: maybe}                 | 'build.source-packages': expected
            build: {memory-mb: 0}                           | 'build.memory-mb': expected
            build: {indx: none}                             | did you mean 'build.index'
            engines: {Custom: {policy: lenient}}            | 'engines.Custom.policy': expected
            """)
    void refusesWhatIsNoInstallation(String text, String message) {
        assertThatExceptionOfType(SettingsProblem.class)
                .isThrownBy(() -> SettingsReader.read("slipway.yml", text))
                .withMessageContaining(message);
    }

    @Test
    void takesEveryKey() {
        String uncommented = FirstSettings.text()
                .replaceAll("(?m)^# (api|gateway|objects|database|temporal|trial|build):$", "$1:")
                .replaceAll("(?m)^#   ", "  ");
        Settings settings = SettingsReader.read("slipway.yml", uncommented);
        assertThat(settings.api().port()).isEqualTo(7300);
        assertThat(settings.api().publicUrl()).isEqualTo("http://slipway.example.com:7300");
        assertThat(settings.gateway().publicUrl()).isEqualTo("http://slipway.example.com:7301");
        assertThat(settings.objects().endpoint()).isEqualTo("http://127.0.0.1:9000");
        assertThat(settings.database().url()).isEqualTo("jdbc:postgresql://127.0.0.1:5432/slipway");
        assertThat(settings.database().gatewayUser()).isEqualTo("slipway_gateway");
        assertThat(settings.temporal().address()).isEqualTo("127.0.0.1:7233");
        assertThat(settings.models().pip()).isEqualTo(PipSettings.USUAL);
        assertThat(settings.pools().trials()).isEqualTo(2);
        assertThat(settings.pools().trialLimit()).isEqualTo(Duration.ofMinutes(10));
        assertThat(settings.pools().trial()).isNotNull().satisfies(place -> {
            assertThat(place.pool()).isEqualTo("default");
            assertThat(place.flavor().name()).isEqualTo("modelarts.vm.cpu.2u");
        });
        assertThat(settings.temporal().hasEmbeddedUi()).isFalse();
        assertThat(settings.temporal().tls())
                .isEqualTo(new TemporalTls(
                        Path.of("/etc/slipway/temporal-ca.pem"),
                        Path.of("/etc/slipway/temporal.pem"),
                        Path.of("/etc/slipway/temporal.key"),
                        "temporal.example.com",
                        "..."));
        assertThat(settings.toString()).doesNotContain("...");
    }

    @Test
    void readsTheInterpretersThatTheFirstStartHasWritten() {
        assertThat(SettingsReader.read("slipway.yml", FirstSettings.text("/opt/python/bin/python3"))
                        .models()
                        .pythons())
                .hasSize(Engines.all().size())
                .containsEntry("Scikit_Learn", "/opt/python/bin/python3")
                .containsEntry("Spark_MLlib", "/opt/python/bin/python3");
        assertThat(SettingsReader.read("slipway.yml", FirstSettings.text(null))
                        .models()
                        .pythons())
                .isEmpty();
    }

    @Test
    void readsExtendedResourcesOfAFlavor() {
        String text = FirstSettings.text()
                .replace("slots: 8", "slots: 8\n        resources: {nvidia.com/gpu: 2, example.com/npu: 0.25}");
        Flavor flavor = SettingsReader.read("slipway.yml", text)
                .pools()
                .named(null)
                .flavor("modelarts.vm.cpu.2u")
                .flavor();
        assertThat(flavor.extended())
                .isEqualTo(Map.of("nvidia.com/gpu", Quantity.whole(2), "example.com/npu", new Quantity(250)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
                    name: default | name: ~imports | line 6: 'pools[0].name': expected a name that does not begin with '~', which is kept for Slipway's own pools, found '~imports'
                    slots: 8 | resources: {gpu: 1} | line 12: 'pools[0].flavors[0].resources.gpu': expected a key <domain>/<name>, for example nvidia.com/gpu
                    slots: 8 | resources: {nvidia.com/gpu: 0} | 'pools[0].flavors[0].resources.nvidia.com/gpu': expected more than 0, found '0'
                    slots: 8 | resources: {nvidia.com/gpu: 0.2505} | expected a number of pieces such as 2 or 0.25, found '0.2505'
                    slots: 8 | resources: {nvidia.com/gpu: -1} | expected a number of pieces such as 2 or 0.25, found '-1'
                    slots: 8 | resources: 1 | 'pools[0].flavors[0].resources' must be an object with keys
                    slots: 8 | "- name: modelarts.vm.cpu.2u" | 'pools[0].flavors[1].name': expected a name that is not used above, found 'modelarts.vm.cpu.2u'
                    """)
    void refusesPoolsThatCannotBe(String before, String after, String message) {
        String line = before.equals("slots: 8")
                ? before + "\n" + (after.startsWith("-") ? "      " : "        ") + after
                : after;
        assertThatExceptionOfType(SettingsProblem.class)
                .isThrownBy(() ->
                        SettingsReader.read("slipway.yml", FirstSettings.text().replace(before, line)))
                .withMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
                    api: {prt: 1}           | line 1: 'api.prt' is no setting, did you mean 'api.port'
                    api: {port: http}       | 'api.port': expected a whole number, found 'http'
                    api: {port: 70000}      | expected a port, 1 to 65535
                    gateway: {public-url: 'slipway.example.com:7301'} | 'gateway.public-url': expected an address without a path
                    objects: {endpoint: 'minio:9000'} | 'objects.endpoint': expected an address without a path
                    temporal: {address: 'http://temporal:7233'} | 'temporal.address': expected a host and port
                    database: {url: 'postgresql://127.0.0.1/slipway'} | 'database.url': expected an address such as jdbc:postgresql
                    temporal: {tls: {ca: /x}} | 'temporal.address': expected the host and port of the server that 'tls' is for
                    temporal: {address: 'h:1', tls: {key: /x}} | 'temporal.tls.certificate': expected a file, because the other of the two is there
                    databse: {}             | 'databse' is no setting, did you mean 'database'
                    rollout: {bake: fast}   | expected a duration such as 5s
                    rollout: {bake: 5s, bake: 6s} | 'rollout.bake' stands there twice
                    engines: {Custom: {python: python3}} | line 1: 'engines.Custom.python': expected the absolute path of an interpreter, for example /usr/bin/python3, found 'python3'
                    engines: {Sklearn: {python: /usr/bin/python3}} | 'engines.Sklearn' is no setting
                    trial: {limit: 51m}     | line 1: 'trial.limit': expected at least 1s and at most 50m, found '51m'
                    trial: {limit: 0s}      | line 1: 'trial.limit': expected at least 1s and at most 50m, found '0s'
                    trial: {at-once: 0}     | line 1: 'trial.at-once': expected
                    trial: {pool: gpu}      | line 1: 'trial.pool': expected the name of a pool above, found 'gpu'
                    trial: {specification: x} | 'trial.specification': expected the name of a flavor of that pool, found 'x'
                    api: [                  | no YAML
                    "api: {host: \u0001}"  | no YAML
                    pools: []               | 'pools' is empty, expected at least one pool
                    accounts: []            | 'accounts' is empty, expected at least one account
                    """)
    void refusesWithFileLineAndKey(String line, String message) {
        String text = line + "\n" + FirstSettings.text().replace("rollout:\n  bake: 5s", "x-removed:\n  y: 1");
        String whole = line.startsWith("pools") || line.startsWith("accounts")
                ? line
                : line.startsWith("rollout") || line.startsWith("api: [") ? text : line + "\n" + FirstSettings.text();
        assertThatExceptionOfType(SettingsProblem.class)
                .isThrownBy(() -> SettingsReader.read("slipway.yml", whole))
                .withMessageContaining(message.strip());
    }
}
