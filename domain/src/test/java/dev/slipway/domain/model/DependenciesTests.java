package dev.slipway.domain.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.domain.environment.EnvironmentSpec;
import dev.slipway.domain.model.Dependency.Restraint;
import dev.slipway.domain.problem.Invalid;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DependenciesTests {

    private static final EnvironmentSpec RUNTIME = new EnvironmentSpec(
            "Custom",
            Engines.PYTHON,
            List.of(
                    "numpy==1.26.4; python_version < \"3.13\"",
                    "numpy==2.2.6; python_version >= \"3.13\"",
                    "Pillow==11.3.0"),
            List.of("numpy==1.26.4", "pandas==2.2.3", "PyYAML==6.0.3"));

    private static EnvironmentSpec on(Dependency... all) {
        return new Dependencies(List.of(all)).on(RUNTIME, Map.of());
    }

    private static Dependency exact(String name, String version) {
        return new Dependency(name, version, Restraint.EXACT);
    }

    private static Dependency atLeast(String name, String version) {
        return new Dependency(name, version, Restraint.ATLEAST);
    }

    @Test
    void noneLeaveTheRuntimeAsItIs() {
        assertThat(on()).isEqualTo(RUNTIME);
    }

    @Test
    void keepTheirOrderAndTheLaterPlaceOfANameHolds() {
        assertThat(on(
                                exact("b", "1.0"),
                                new Dependency("a[extra]", null, null),
                                new Dependency("c", "3", Restraint.ATMOST),
                                exact("B", "2.0"))
                        .dependencies())
                .containsExactly("a[extra]", "c<=3", "B==2.0");
    }

    @Test
    void exactVersionsTakeThePlaceOfTheRuntimes() {
        EnvironmentSpec asked = on(exact("pillow", "5.0.0"), exact("pyyaml", "6.0.3"), exact("numpy", "1.26.4"));

        assertThat(asked.packages()).containsExactly("numpy==1.26.4; python_version < \"3.13\"");
        assertThat(asked.constraints()).containsExactly("numpy==1.26.4", "pandas==2.2.3", "PyYAML==6.0.3");
    }

    @Test
    void atLeastIsTheTestedVersionWhereThatIsEnough() {
        EnvironmentSpec asked = on(atLeast("pandas", "0.23"), atLeast("numpy", "1.5.0"));

        assertThat(asked.constraints()).containsAll(RUNTIME.constraints());
        assertThat(asked.preferences()).isEmpty();
    }

    @Test
    void atLeastIsElseBeforeTheNextIncompatibleRelease() {
        EnvironmentSpec asked = on(atLeast("pandas", "3.0.1"), atLeast("Some_Thing", "0.9"));

        assertThat(asked.constraints()).doesNotContain("pandas==2.2.3");
        assertThat(asked.preferences()).containsExactly("pandas<4", "some-thing<1");
    }

    @Test
    void atMostGivesUpOnlyWhatIsNewer() {
        assertThat(on(new Dependency("pandas", "2.3", Restraint.ATMOST)).constraints())
                .contains("pandas==2.2.3");
        assertThat(on(new Dependency("pandas", "2.2", Restraint.ATMOST)).constraints())
                .doesNotContain("pandas==2.2.3");
    }

    @Test
    void wheelsArePartOfTheSpec() {
        Dependency wheel = new Dependency("/home/mind/model/own-1.0-py3-none-any.whl", null, null);
        Map<String, String> there = Map.of("own-1.0-py3-none-any.whl", "ab");

        EnvironmentSpec asked = new Dependencies(List.of(wheel)).on(RUNTIME, there);
        assertThat(asked.dependencies()).containsExactly("own-1.0-py3-none-any.whl");
        assertThat(asked.wheels()).isEqualTo(there);
        assertThat(asked.digest())
                .isNotEqualTo(new Dependencies(List.of(wheel))
                        .on(RUNTIME, Map.of("own-1.0-py3-none-any.whl", "cd"))
                        .digest());
    }

    @Test
    void refusesAWheelThatThePackageDoesNotHave() {
        assertThatThrownBy(() -> on(new Dependency("own-1.0-py3-none-any.whl", null, null)))
                .isInstanceOf(Invalid.class)
                .hasMessageContaining("'own-1.0-py3-none-any.whl'")
                .hasMessageContaining("found no wheel");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-r /etc/passwd",
                "--index-url=http://x",
                "x @ http://x/y.whl",
                "x;y",
                "x y",
                "",
                "../x",
                "x\ny",
                "git+https://x/y"
            })
    void refusesWhatIsNoName(String name) {
        assertThatThrownBy(() -> new Dependency(name, null, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'%s'", name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.0,>2", "*", "1 ", "==1", "1.*", "http://x"})
    void refusesWhatIsNoVersion(String version) {
        assertThatThrownBy(() -> new Dependency("x", version, Restraint.EXACT)).hasMessageContaining("'%s'", version);
    }

    @ParameterizedTest
    @CsvSource({
        "1.2, 1.2.0, 0",
        "1.10, 1.9, 1",
        "2, 10, -1",
        "1.0rc1, 1.0, 0",
        "2026.11.1, 2026.2, 1",
        "v1.1, 1, 1",
        "1!0.5, 0.5, 0"
    })
    void comparesVersionsByTheirNumbers(String one, String other, int sign) {
        assertThat(Integer.signum(Versions.compare(one, other))).isEqualTo(sign);
    }
}
