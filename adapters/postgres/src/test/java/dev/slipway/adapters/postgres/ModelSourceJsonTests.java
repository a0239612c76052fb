package dev.slipway.adapters.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.domain.model.InferenceMode;
import dev.slipway.domain.model.ModelSource;
import dev.slipway.domain.model.ModelTemplate;
import dev.slipway.domain.storage.ObjectUri;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModelSourceJsonTests {

    private static final String STORED = "{\"bucket\":\"models\",\"key\":\"iris/\"}";
    private static final ModelSource PACKAGE = new ModelSource.PackageFolder(new ObjectUri("models", "iris/"));

    @Test
    void aPackageIsStoredAsItWasBeforeThereWereOtherKinds() {
        assertThat(PostgresJson.read(STORED, ModelSource.class)).isEqualTo(PACKAGE);
        assertThat(PostgresJson.write(new Row(PACKAGE))).isEqualTo("{\"source\":%s}".formatted(STORED));
    }

    @Test
    void eachKindComesBack() {
        for (ModelSource source : new ModelSource[] {
            PACKAGE,
            new ModelSource.PackageFolder(new ObjectUri("models", "iris/"), true),
            new ModelSource.ContainerImage("registry/org/iris:1", List.of("serve", "--port=1"), false),
            new ModelSource.Template(
                    ModelTemplate.PYTORCH_PY36, InferenceMode.OBJECT_DETECTION, new ObjectUri("models", "a/"))
        }) {
            assertThat(PostgresJson.read(PostgresJson.write(new Row(source)), Row.class))
                    .isEqualTo(new Row(source));
        }
    }

    private record Row(ModelSource source) {}
}
