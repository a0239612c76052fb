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
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

class ComposeTests {

    @Test
    void publishesExactlyTheAddressesOfItsExampleSettings() throws IOException {
        Settings settings = SettingsReader.read(
                "slipway-compose.yml", SettingsReader.textOf(Path.of("../docs/examples/slipway-compose.yml")));
        Set<String> expected = Set.of(
                authority(Objects.requireNonNull(settings.database().url()).substring("jdbc:".length())),
                Objects.requireNonNull(settings.temporal().address()),
                authority(Objects.requireNonNull(settings.temporal().ui())),
                authority(Objects.requireNonNull(settings.objects().endpoint())));

        assertThat(publishedAddresses()).isEqualTo(expected);
    }

    private static String authority(String uri) {
        return URI.create(uri).getAuthority();
    }

    private static Set<String> publishedAddresses() throws IOException {
        try (Reader file = Files.newBufferedReader(Path.of("../docker-compose.yml"))) {
            Map<String, Object> compose = new Yaml(new SafeConstructor(new LoaderOptions())).load(file);
            return ((Map<?, ?>) Objects.requireNonNull(compose.get("services")))
                    .values().stream()
                            .flatMap(service -> ports((Map<?, ?>) service))
                            .map(port -> port.substring(0, port.lastIndexOf(':')))
                            .collect(Collectors.toSet());
        }
    }

    private static Stream<String> ports(Map<?, ?> service) {
        Object ports = service.get("ports");
        return ports == null ? Stream.of() : ((List<?>) ports).stream().map(String.class::cast);
    }
}
