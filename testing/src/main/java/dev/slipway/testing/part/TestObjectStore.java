package dev.slipway.testing.part;

import dev.slipway.parts.objectstore.ObjectStorePart;

/** A real S3-compatible server for tests, started when first asked for, one per test JVM, with the bucket {@value #BUCKET}. */
public final class TestObjectStore {

    public static final String BUCKET = "slipway";
    public static final String REGION = "us-east-1";

    private final ObjectStorePart part;

    private TestObjectStore(ObjectStorePart part) {
        this.part = part;
    }

    private static final class Lazy {
        static final TestObjectStore SHARED = start();

        private static TestObjectStore start() {
            ObjectStorePart part = new ObjectStorePart(TestFolder.shared(), BUCKET);
            TestFolder.run(part);
            return new TestObjectStore(part);
        }
    }

    /** The server of this JVM. */
    public static TestObjectStore shared() {
        return Lazy.SHARED;
    }

    public String endpoint() {
        return part.endpoint();
    }

    public String accessKey() {
        return part.accessKey();
    }

    public String secretKey() {
        return part.secretKey();
    }

    /** The part itself, for tests that stop it and start it again. */
    public ObjectStorePart part() {
        return part;
    }
}
