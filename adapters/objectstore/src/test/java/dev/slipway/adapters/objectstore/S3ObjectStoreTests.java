package dev.slipway.adapters.objectstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.domain.problem.NotAllowed;
import dev.slipway.domain.problem.Unavailable;
import dev.slipway.domain.storage.ObjectStore;
import dev.slipway.domain.storage.ObjectUri;
import dev.slipway.testing.part.TestObjectStore;
import dev.slipway.testing.storage.ObjectStoreContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Against a real server over HTTP. Files of more than 5 MiB go in several parts here. */
class S3ObjectStoreTests extends ObjectStoreContract {

    private static final TestObjectStore SERVER = TestObjectStore.shared();
    private static final S3ObjectStore STORE =
            S3ObjectStore.open(properties(SERVER.endpoint(), SERVER.secretKey()), 5 << 20, S3ObjectStore.ANSWER_LIMIT);

    @AfterAll
    static void close() {
        STORE.close();
    }

    @Override
    protected ObjectStore store() {
        return STORE;
    }

    @Override
    protected String bucket() {
        return TestObjectStore.BUCKET;
    }

    @Test
    void saysWhenNobodyAnswers() {
        try (S3ObjectStore nobody = S3ObjectStore.open(properties("http://127.0.0.1:1", "secret"))) {
            assertThatExceptionOfType(Unavailable.class)
                    .isThrownBy(() -> nobody.head(new ObjectUri(bucket(), "x")))
                    .withMessageContaining("obs://slipway/x")
                    .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE));
        }
    }

    @Test
    void saysWhenAccessIsRefused() {
        try (S3ObjectStore stranger = S3ObjectStore.open(properties(SERVER.endpoint(), "wrong-secret"))) {
            assertThatExceptionOfType(NotAllowed.class)
                    .isThrownBy(() -> stranger.list(new ObjectUri(bucket(), ""), null))
                    .withMessageContaining("access to 'obs://slipway/' is refused");
        }
    }

    @Test
    void refusesForGoodWhatTheServerWillNeverTake() {
        assertThatExceptionOfType(Invalid.class)
                .isThrownBy(() -> STORE.head(new ObjectUri(bucket(), "a\nb")))
                .withMessageContaining("obs://slipway/a\nb");
    }

    @Test
    void makesBucketsRepeatably() {
        STORE.createBucket("another-bucket");
        STORE.createBucket("another-bucket");
        STORE.put(new ObjectUri("another-bucket", "x"), new byte[] {1});

        assertThat(STORE.head(new ObjectUri("another-bucket", "x"))).isPresent();
    }

    @Test
    void neverShowsTheSecretKey() {
        assertThat(properties(SERVER.endpoint(), "very-secret").toString()).doesNotContain("very-secret");
    }

    private static ObjectStoreProperties properties(String endpoint, String secretKey) {
        return new ObjectStoreProperties(endpoint, TestObjectStore.REGION, SERVER.accessKey(), secretKey);
    }
}
