package dev.slipway.testing.environment;

import dev.slipway.domain.environment.EnvironmentSpec;
import dev.slipway.domain.environment.Environments;
import java.util.List;

class InMemoryEnvironmentsTests extends EnvironmentsContract {

    private static final String MISSING = "no-such-package==1.0";

    private final InMemoryEnvironments environments = new InMemoryEnvironments();

    InMemoryEnvironmentsTests() {
        environments.forgetPackage(MISSING);
    }

    @Override
    protected Environments environments() {
        return environments;
    }

    @Override
    protected Environments unavailable() {
        InMemoryEnvironments others = new InMemoryEnvironments();
        others.setAvailable(false);
        return others;
    }

    @Override
    protected EnvironmentSpec possible() {
        return new EnvironmentSpec("Custom", "python>=3.9", List.of("numpy==2.0"));
    }

    @Override
    protected EnvironmentSpec impossible() {
        return new EnvironmentSpec("Custom", "python>=3.9", List.of("numpy==2.0", MISSING));
    }

    @Override
    protected String missing() {
        return MISSING;
    }
}
