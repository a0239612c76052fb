package dev.slipway.adapters.postgres.instance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.adapters.postgres.PostgresJson;
import dev.slipway.domain.image.ImageDigest;
import dev.slipway.domain.instance.InstanceTemplate;
import dev.slipway.domain.instance.Placement;
import dev.slipway.domain.model.ModelType;
import dev.slipway.domain.pool.Flavor;
import dev.slipway.testing.instance.Templates;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Templates in rows of instance sets and tasks: what an earlier version has written is still read. */
class StoredTemplateTests {

    @Test
    void readsATemplateOfBeforeThereWerePlacementAndProcess() {
        InstanceTemplate read = PostgresJson.read("""
                {"type": "CUSTOM", "envs": {"A": "b"}, "drain": "PT30S", "image": {"value": "sha256:%s"}, "label": "iris 0.0.1",
                 "flavor": {"cpu": 2, "name": "modelarts.vm.cpu.2u", "category": "CPU", "memoryMb": 8192}}
                """.formatted("ab".repeat(32)), InstanceTemplate.class);

        assertThat(read)
                .isEqualTo(InstanceTemplate.ofEngine(
                        new ImageDigest("sha256:" + "ab".repeat(32)),
                        "iris 0.0.1",
                        ModelType.CUSTOM,
                        new Flavor("modelarts.vm.cpu.2u", 2, 8192, "CPU"),
                        Map.of("A", "b"),
                        Duration.ofSeconds(30),
                        Placement.ANYWHERE));
    }

    @Test
    void writesWhatAnEarlierVersionReads() {
        String written = PostgresJson.write(Templates.labelled("iris 0.0.1"));

        assertThat(written)
                .contains("\"type\":\"CUSTOM\"", "\"drain\":\"PT5S\"", "\"image\":{\"value\":\"sha256:")
                .contains("\"name\":\"modelarts.vm.cpu.2u\"", "\"cpu\":2", "\"memoryMb\":8192", "\"category\":\"CPU\"");
    }
}
