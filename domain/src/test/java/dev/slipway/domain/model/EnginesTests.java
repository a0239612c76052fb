package dev.slipway.domain.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.domain.problem.Invalid;
import dev.slipway.domain.storage.ObjectUri;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EnginesTests {

    @Test
    void areThoseOfThisVersion() {
        assertThat(Engines.names()).containsExactly("Custom", "Scikit_Learn");
        assertThat(Engines.find(ModelType.PYTORCH)).isEmpty();
        assertThatThrownBy(() -> Engines.of(ModelType.PYTORCH)).hasMessageContaining("'PyTorch'");
    }

    @Test
    void customNeedsItsServiceClass() {
        Engine engine = Engines.of(ModelType.CUSTOM);

        assertThat(engine.check(List.of("customize_service.py", "a.m"))).isEmpty();
        assertThat(engine.check(List.of("lib/customize_service.py"))).hasValueSatisfying(lack -> {
            assertThat(lack.file()).isEqualTo("customize_service.py");
            assertThat(lack.causeIn("obs://b/100%/model/"))
                    .isEqualTo(
                            "engine 'Custom' has no default service class, so the package needs 'obs://b/100%/model/customize_service.py'");
            assertThat(lack.advice()).contains("SingleNodeService");
        });
        assertThat(engine.modelFiles(List.of("a.m"))).isEmpty();
        assertThat(engine.takes("multipart/form-data")).isTrue();
    }

    @Test
    void scikitLearnNeedsAModelFileBesideItsConfig() {
        Engine engine = Engines.of(ModelType.SCIKIT_LEARN);

        assertThat(engine.check(List.of("a.m"))).isEmpty();
        assertThat(engine.check(List.of("sub/a.m", "customize_service.py")))
                .hasValueSatisfying(
                        lack -> assertThat(lack.causeIn("obs://b/model/")).contains("'*.m' in 'obs://b/model/'"));
        assertThat(engine.modelFiles(List.of("a.m", "b.m", "sub/c.m"))).containsExactly("a.m", "b.m");
        assertThat(engine.takes("multipart/form-data")).isFalse();
        assertThat(engine.takes("application/json")).isTrue();
    }

    @Test
    void eachHasAnEnvironmentOfItsOwn() {
        assertThat(Engines.all().stream().map(engine -> engine.environment().digest()))
                .doesNotHaveDuplicates();
        assertThat(Engines.of(ModelType.CUSTOM).environment().digest())
                .isEqualTo(Engines.of(ModelType.CUSTOM).environment().digest());
    }

    @ParameterizedTest
    @MethodSource("notBuiltYet")
    void sourcesOtherThanPackagesAreRefusedByName(ModelSource source, String kind) {
        assertThatThrownBy(source::asPackage).isInstanceOf(Invalid.class).hasMessageContaining(kind);
    }

    static Stream<Object[]> notBuiltYet() {
        return Stream.of(
                new Object[] {new ModelSource.ContainerImage("r/o/i:1"), "container image ('r/o/i:1')"},
                new Object[] {new ModelSource.Template("t-1"), "template ('t-1')"},
                new Object[] {new ModelSource.TrainingOutput("auto"), "training output ('auto')"});
    }

    @Test
    void aPackageIsTakenAsItIs() {
        ModelSource.PackageFolder source = new ModelSource.PackageFolder(new ObjectUri("models", "iris/"));

        assertThat(source.asPackage()).isEqualTo(source);
    }
}
