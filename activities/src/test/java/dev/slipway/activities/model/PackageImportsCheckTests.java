package dev.slipway.activities.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.domain.environment.Environment;
import dev.slipway.domain.environment.EnvironmentSpec;
import dev.slipway.domain.event.Event;
import dev.slipway.domain.model.Engines;
import dev.slipway.domain.model.Model;
import dev.slipway.domain.storage.ObjectUri;
import dev.slipway.testing.event.InMemoryEventStore;
import dev.slipway.testing.model.Models;
import dev.slipway.testing.storage.InMemoryObjectStore;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;

class PackageImportsCheckTests {

    private static final ObjectUri SOURCE = new ObjectUri("models", "iris/");

    private final InMemoryObjectStore objects = new InMemoryObjectStore("models");
    private final InMemoryEventStore events = new InMemoryEventStore();
    private final Model model = Models.asked("iris", "0.0.1");

    @Test
    void tellsEveryMissingModuleAtOnceAndHintsApart() throws InterruptedException {
        put("customize_service.py", """
                import nowhere_first
                from helper import x
                try:
                    import nowhere_optional
                except ImportError:
                    pass
                """);
        put("helper.py", "import nowhere_second\nx = 1\n");
        put("weights.bin", "\0");

        tell("python3");

        assertThat(told())
                .hasSize(2)
                .anySatisfy(cause -> assertThat(cause)
                        .contains("module 'nowhere_first' is not installed (customize_service.py, line 1)")
                        .contains("module 'nowhere_second' is not installed (helper.py, line 1)"))
                .anySatisfy(cause -> assertThat(cause)
                        .contains("module 'nowhere_optional'")
                        .contains("the package does without it"));
    }

    @Test
    void saysNothingOfAPackageThatHasAllAndWithoutAnInterpreter() throws InterruptedException {
        put("customize_service.py", "import json, log\nfrom model_service.model_service import SingleNodeService\n");
        tell("python3");
        put("customize_service.py", "import nowhere\n");
        tell("/nowhere/python3");

        assertThat(told()).isEmpty();
    }

    @Test
    void writesNothingOutsideOfItsFolder() throws InterruptedException {
        put("../../slipway-outside.py", "import nowhere\n");
        put("customize_service.py", "x = 1\n");

        tell("python3");

        assertThat(told()).noneMatch(cause -> cause.contains("nowhere'"));
    }

    private void put(String path, String text) {
        objects.put(new ObjectUri("models", "iris/model/" + path), text.getBytes(StandardCharsets.UTF_8));
    }

    private void tell(String interpreter) throws InterruptedException {
        EnvironmentSpec spec = new EnvironmentSpec("Custom", Engines.PYTHON, List.of());
        PackageListing listing = PackageListing.read(objects, SOURCE, null, files -> {});
        new PackageImportsCheck(events, Clock.systemUTC())
                .tell(
                        model,
                        listing,
                        new Environment(spec.digest(), spec, interpreter, "3.12.3", List.of(), List.of()),
                        objects);
    }

    private List<String> told() {
        return events.of(model.id().value()).stream()
                .filter(event -> event.info().equals("There is something odd about the imports of the package."))
                .map(Event::cause)
                .map(String::valueOf)
                .toList();
    }
}
