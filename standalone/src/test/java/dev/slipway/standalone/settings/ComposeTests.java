package dev.slipway.standalone.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

class ComposeTests {

    @Test
    void publishesExactlyTheAddressesOfItsExampleSettings() throws IOException {
        Settings settings = example();
        Set<String> expected = Set.of(
                authority(Objects.requireNonNull(settings.database().url()).substring("jdbc:".length())),
                Objects.requireNonNull(settings.temporal().address()),
                authority(Objects.requireNonNull(settings.temporal().ui())),
                authority(Objects.requireNonNull(settings.objects().endpoint())));

        assertThat(publishedAddresses()).isEqualTo(expected);
    }

    @Test
    void eachPortIsAVariableAndEachServerComesBackAfterAReboot() throws IOException {
        services().forEach((name, described) -> {
            Map<?, ?> service = (Map<?, ?>) described;
            List<String> ports = ports(service).toList();
            assertThat(ports).as("%s", name).allMatch(port -> port.matches("127.0.0.1:\\$\\{[A-Z_]+:-[0-9]+}:[0-9]+"));
            assertThat(service.get("restart")).as("%s", name).isEqualTo(ports.isEmpty() ? null : "unless-stopped");
        });
    }

    @Test
    void theContainerOfSlipwayUsesTheServersBesideIt() throws IOException {
        Settings settings =
                SettingsReader.read("slipway.yml", content("slipway").replaceAll("\\$\\{[A-Z_]+:-([0-9]+)}", "$1"));

        assertThat(services().keySet().stream().map(String::valueOf))
                .contains(
                        URI.create(Objects.requireNonNull(settings.database().url())
                                        .substring("jdbc:".length()))
                                .getHost(),
                        Objects.requireNonNull(settings.temporal().address()).replaceAll(":.*", ""),
                        URI.create(Objects.requireNonNull(settings.objects().endpoint()))
                                .getHost());
        assertThat(settings.database())
                .usingRecursiveComparison()
                .ignoringFields("url")
                .isEqualTo(example().database());
        assertThat(settings.objects())
                .usingRecursiveComparison()
                .ignoringFields("endpoint")
                .isEqualTo(example().objects());
        assertThat(settings.api().host()).isEqualTo("0.0.0.0");
        assertThat(settings.gateway().host()).isEqualTo("0.0.0.0");
        assertThat(ports((Map<?, ?>) Objects.requireNonNull(services().get("slipway"))))
                .allMatch(port -> port.endsWith(":" + settings.api().port())
                        || port.endsWith(":" + settings.gateway().port()))
                .hasSize(2);
    }

    private static Settings example() throws IOException {
        return SettingsReader.read(
                "slipway-compose.yml", SettingsReader.textOf(Path.of("../docs/examples/slipway-compose.yml")));
    }

    private static String content(String config) throws IOException {
        Map<?, ?> configs = (Map<?, ?>) Objects.requireNonNull(compose().get("configs"));
        Map<?, ?> described = (Map<?, ?>) Objects.requireNonNull(configs.get(config));
        return String.valueOf(described.get("content"));
    }

    @TempDir
    private Path folder;

    /** Runs a script of the file beside commands that a test wrote, and gives its exit status. */
    private int run(String config, String... commands) throws IOException, InterruptedException {
        String script = content(config).replace("$$", "$");
        for (int i = 0; i < commands.length; i += 2) {
            Path command = Files.writeString(folder.resolve(commands[i]), "#!/bin/sh\n" + commands[i + 1]);
            assertThat(command.toFile().setExecutable(true)).isTrue();
        }
        ProcessBuilder shell = new ProcessBuilder("/bin/sh", "-euc", script)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile());
        shell.environment().put("PATH", folder + ":/usr/bin:/bin");
        shell.environment().put("CALLS", folder.resolve("calls").toString());
        return shell.start().waitFor();
    }

    private List<String> lines(String file) throws IOException {
        return Files.readAllLines(folder.resolve(file));
    }

    @Test
    void aSchemaThatIsThereIsUpdatedAndAnyOtherProblemIsTold() throws Exception {
        assertThat(run("temporal-schema", "temporal-sql-tool", """
                echo "$*" >> "$CALLS"
                case "$*" in *setup-schema*) echo 'relation "schema_version" already exists' >&2; exit 1 ;; esac
                """)).isZero();
        assertThat(lines("calls"))
                .filteredOn(call -> call.contains("update-schema"))
                .hasSize(2);

        assertThat(run("temporal-schema", "temporal-sql-tool", "echo 'connection refused' >&2; exit 1\n"))
                .isEqualTo(1);
        assertThat(lines("output")).containsExactly("connection refused");
    }

    @Test
    void theNamespaceWaitsForAServerThatAnswersAndTellsWhyNot() throws Exception {
        assertThat(run("temporal-namespace", "sleep", "", "temporal", """
                echo "$*" >> "$CALLS"
                [ "$(wc -l < "$CALLS")" -gt 2 ] || { echo 'not yet' >&2; exit 1; }
                case "$*" in *describe*) exit 1 ;; esac
                """)).isZero();
        assertThat(lines("calls")).last().asString().startsWith("operator namespace create --namespace slipway");

        assertThat(run("temporal-namespace", "sleep", "", "temporal", "echo 'no route to host' >&2; exit 1\n"))
                .isEqualTo(1);
        assertThat(lines("output")).containsExactly("no route to host");
    }

    private static String authority(String uri) {
        return URI.create(uri).getAuthority();
    }

    private static Map<String, Object> compose() throws IOException {
        try (Reader file = Files.newBufferedReader(Path.of("../docker-compose.yml"))) {
            return new Yaml(new SafeConstructor(new LoaderOptions())).load(file);
        }
    }

    private static Map<?, ?> services() throws IOException {
        return (Map<?, ?>) Objects.requireNonNull(compose().get("services"));
    }

    private static Set<String> publishedAddresses() throws IOException {
        return services().entrySet().stream()
                .filter(service -> !"slipway".equals(service.getKey()))
                .map(Map.Entry::getValue)
                .flatMap(service -> ports((Map<?, ?>) service))
                .map(port -> port.replaceAll("\\$\\{SLIPWAY_[A-Z_]+_PORT:-([0-9]+)}", "$1"))
                .map(port -> port.substring(0, port.lastIndexOf(':')))
                .collect(Collectors.toSet());
    }

    private static Stream<String> ports(Map<?, ?> service) {
        Object ports = service.get("ports");
        return ports == null ? Stream.of() : ((List<?>) ports).stream().map(String.class::cast);
    }
}
