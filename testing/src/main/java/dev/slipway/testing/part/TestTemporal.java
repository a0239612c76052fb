package dev.slipway.testing.part;

import dev.slipway.parts.temporal.TemporalPart;

/** Temporal's real dev server for tests, started when first asked for, one per test JVM, with our namespace and search attributes. */
public final class TestTemporal {

    public static final String NAMESPACE = "slipway";

    private final TemporalPart part;

    private TestTemporal(TemporalPart part) {
        this.part = part;
    }

    private static final class Lazy {
        static final TestTemporal SHARED = start();

        private static TestTemporal start() {
            TemporalPart part = new TemporalPart(TestFolder.shared(), NAMESPACE, line -> {});
            TestFolder.run(part);
            return new TestTemporal(part);
        }
    }

    /** The server of this JVM. */
    public static TestTemporal shared() {
        return Lazy.SHARED;
    }

    /** Host and port. */
    public String address() {
        return part.address();
    }

    /** The part itself, for tests that kill it and start it again. */
    public TemporalPart part() {
        return part;
    }
}
