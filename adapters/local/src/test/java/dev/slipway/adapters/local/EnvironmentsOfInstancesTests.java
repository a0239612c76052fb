package dev.slipway.adapters.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.slipway.domain.environment.EnvironmentSpec;
import dev.slipway.domain.instance.DesiredSet;
import dev.slipway.domain.instance.Instance;
import dev.slipway.domain.instance.InstanceSet;
import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.instance.InstanceTemplate;
import dev.slipway.domain.instance.SetStatus;
import dev.slipway.domain.model.Engines;
import dev.slipway.testing.environment.TinyWheels;
import dev.slipway.testing.instance.Await;
import dev.slipway.testing.instance.Templates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Instances in an environment that pip has filled, in each sandbox. */
class EnvironmentsOfInstancesTests {

    private static final String NEEDY = """
            import os
            import tiny_needy
            import own
            from model_service.model_service import SingleNodeService

            class Needy(SingleNodeService):
                def _inference(self, data):
                    try:
                        with open(os.path.join(os.path.dirname(tiny_needy.__file__), "written"), "w"):
                            written = "yes"
                    except OSError as failure:
                        written = "no"
                    return {"needy": tiny_needy.VERSION, "own": own.VERSION, "written": written}
            """;

    private final LocalClusterFixture fixture = LocalClusterFixture.create();
    private @Nullable LocalCluster cluster;

    @AfterEach
    void close() throws InterruptedException {
        if (cluster != null) {
            cluster.endAll(Duration.ofSeconds(10));
            cluster.close();
        }
        fixture.close();
    }

    @ParameterizedTest
    @EnumSource(
            value = SandboxKind.class,
            names = {"BUBBLEWRAP", "NAMESPACES"})
    void seeItForReadingOnly(SandboxKind kind) throws IOException {
        assumeTrue(
                kind != SandboxKind.BUBBLEWRAP
                        || Stream.of(System.getenv("PATH").split(":"))
                                .anyMatch(each -> Files.isExecutable(Path.of(each, "bwrap"))),
                "bubblewrap (bwrap) is not installed here");
        TinyWheels index = new TinyWheels(fixture.folder()).with("tiny_needy", "1.5");
        fixture.keep("needy", NEEDY);
        String name = TinyWheels.fileName("own", "2.0");
        byte[] wheel = TinyWheels.wheel("own", "2.0", Map.of("own.py", "VERSION = 'own'\n"), List.of());
        Files.write(fixture.folder().resolve("packages/needy").resolve(name), wheel);
        LocalSettings usual = LocalSettings.usual("python3");
        LocalCluster opened = fixture.open(new LocalSettings(
                usual.python(),
                Map.of(),
                kind,
                true,
                usual.user(),
                usual.processes(),
                usual.diskBytes(),
                usual.files(),
                Set.of(),
                new PipSettings(index.address(), List.of(), Duration.ofMinutes(1), Set.of())));
        cluster = opened;
        EnvironmentSpec spec = new EnvironmentSpec(
                "Custom",
                Engines.PYTHON,
                List.of(),
                List.of(),
                List.of("tiny-needy", name),
                List.of(),
                Map.of(name, TinyWheels.digest(wheel)));
        InstanceSetId set = new InstanceSetId("service-local-g1-e0");
        InstanceTemplate template = Templates.labelled("needy").withEnvironment(spec);
        opened.apply(DesiredSet.of(new InstanceSet(set, template), 1, 1));

        Await.until(
                "an instance",
                () -> opened.status(set).ready() == 1 || opened.status(set).failure() != null,
                () -> opened.status(set));
        SetStatus status = opened.status(set);
        assertThat(status.failure()).isNull();
        Instance instance = status.instances().getFirst();
        assertThat(fixture.ask(instance, "{}").join().body())
                .contains("\"needy\": \"1.5\"", "\"own\": \"own\"", "\"written\": \"no\"");
    }
}
