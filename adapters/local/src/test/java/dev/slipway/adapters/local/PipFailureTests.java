package dev.slipway.adapters.local;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Of what pip 23 and 26 have printed. */
class PipFailureTests {

    private static PipFailure of(String printed) {
        return PipFailure.of(printed.lines().toList(), "Python 3.11.7 on Linux x86_64 glibc 2.36");
    }

    @Test
    void namesTheVersionsBesideTheOneThatIsMissingAndWhatToWrite() {
        assertThat(of("""
                ERROR: Could not find a version that satisfies the requirement numpy==1.24.9 (from versions: 1.21.0, 1.22.4, 1.23.2, 1.23.3, 1.23.4, 1.23.5, 1.24.0, 1.24.4, 1.25.0rc1, 1.25.0, 1.25.1, 1.25.2, 1.26.0, 2.0.0, 2.4.0rc1, 2.4.6)
                ERROR: No matching distribution found for numpy==1.24.9
                """))
                .isEqualTo(new PipFailure(
                        "package 'numpy==1.24.9' has no wheel for Python 3.11.7 on Linux x86_64 glibc 2.36 in the index; these versions have one: 1.21.0 ... 1.23.4, 1.23.5, 1.24.0, 1.24.4, 1.25.0, 1.25.1, 1.25.2, 1.26.0 ... 2.4.6: ask for one of them, or write ATLEAST in place of EXACT",
                        false,
                        "numpy==1.24.9"));
    }

    @Test
    void saysForWhichPythonTheMissingVersionIs() {
        assertThat(of("""
                        ERROR: Ignored the following versions that require a different python version: 1.21.2 Requires-Python >=3.7,<3.11; 1.21.20 Requires-Python >=3.12
                        ERROR: Could not find a version that satisfies the requirement numpy==1.21.2 (from versions: 1.23.2)
                        """).reason())
                .contains("in the index (that version is for Python >=3.7,<3.11); these versions have one: 1.23.2:");
    }

    @Test
    void namesWhoNeedsWhatIsMissing() {
        assertThat(of("""
                        ERROR: Could not find a version that satisfies the requirement tiny-c>=3 (from tiny-b->tiny-a) (from versions: 1.0, 2.0)
                        """).reason())
                .contains(
                        "'tiny-c>=3', which 'tiny-b', for 'tiny-a' needs,", "ask for another version of what needs it");
    }

    @Test
    void doesNotKnowWhetherAPackageWithoutAnyFileExists() {
        assertThat(of("""
                        ERROR: Could not find a version that satisfies the requirement nump (from versions: none)
                        """).reason()).endsWith("in the index, or does not exist: check its name");
    }

    @Test
    void saysWhatToDoWhereTwoDoNotGoTogether() {
        assertThat(of("""
                        ERROR: Cannot install tiny-base>=1.5 and tiny-strict==1.0 because these package versions have conflicting dependencies.

                        The conflict is caused by:
                            The user requested tiny-base>=1.5
                            tiny-strict 1.0 depends on tiny_base==1.0
                        """).reason())
                .isEqualTo(
                        "these do not go together: The user requested tiny-base>=1.5; tiny-strict 1.0 depends on tiny_base==1.0: change or remove one of them");
    }
}
