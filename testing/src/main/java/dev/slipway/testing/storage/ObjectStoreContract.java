package dev.slipway.testing.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.NotFound;
import dev.slipway.domain.storage.ContentType;
import dev.slipway.domain.storage.ObjectPage;
import dev.slipway.domain.storage.ObjectStore;
import dev.slipway.domain.storage.ObjectUri;
import dev.slipway.domain.storage.StoredObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every {@link ObjectStore} does: run against the fake and against a real server. */
public abstract class ObjectStoreContract {

    private final String folder = "contract/" + UUID.randomUUID() + "/";

    /** The store under test. */
    protected abstract ObjectStore store();

    /** A bucket that exists. */
    protected abstract String bucket();

    @Test
    void givesBackWhatWasPut() throws IOException {
        ObjectUri uri = uri("a b+c%20é.txt");
        store().put(uri, bytes("hello"));
        store().put(uri, bytes("hello again"));

        assertThat(read(uri, 0)).isEqualTo("hello again");
        assertThat(read(uri, 6)).isEqualTo("again");
        assertThat(read(uri, 11)).isEmpty();
        assertThat(store().head(uri)).hasValueSatisfying(object -> {
            assertThat(object.size()).isEqualTo(11);
            assertThat(object.etag()).isNotEmpty().doesNotContain("\"");
        });
    }

    @Test
    void putsFilesOfAnySize(@TempDir Path work) throws IOException {
        byte[] bytes = new byte[11 << 20];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) ((i * 31) >> 3);
        }
        Path file = Files.write(work.resolve("big"), bytes);
        store().put(uri("big"), file);

        try (InputStream in = store().open(uri("big"), 0)) {
            assertThat(in.readAllBytes()).isEqualTo(bytes);
        }
    }

    @Test
    void closesBeforeTheEndAndGoesOn() throws IOException {
        store().put(uri("half"), new byte[1 << 20]);
        try (InputStream in = store().open(uri("half"), 0)) {
            assertThat(in.read()).isZero();
        }

        assertThat(store().head(uri("half"))).isPresent();
    }

    @Test
    void putsOnlyTheFirstIfAbsent() throws IOException {
        assertThat(store().putIfAbsent(uri("once"), bytes("first"))).isTrue();
        assertThat(store().putIfAbsent(uri("once"), bytes("second"))).isFalse();
        assertThat(read(uri("once"), 0)).isEqualTo("first");
    }

    @Test
    void listsInKeyOrderByPagesAllLevelsDeep() {
        for (int i = 0; i < 1003; i++) {
            store().put(uri("list/%04d".formatted(i)), bytes("x"));
        }
        store().put(uri("list/0500-/deep/er"), bytes("xy"));
        store().put(uri("list2/other"), bytes("x"));

        ObjectPage first = store().list(uri("list"), null);
        ObjectPage second = store().list(uri("list"), first.next());

        assertThat(first.objects()).hasSize(1000);
        assertThat(first.objects().get(501).uri()).isEqualTo(uri("list/0500-/deep/er"));
        assertThat(second.objects()).extracting(StoredObject::uri).last().isEqualTo(uri("list/1002"));
        assertThat(first.objects().size() + second.objects().size()).isEqualTo(1004);
        assertThat(second.next()).isNull();
    }

    @Test
    void listsNothingWhereNothingIs() {
        assertThat(store().list(uri("nothing/"), null)).isEqualTo(new ObjectPage(List.of(), null));
    }

    @Test
    void opensOneVersionOrNothing() throws IOException {
        store().put(uri("version"), bytes("first"));
        StoredObject first = store().head(uri("version")).orElseThrow();

        try (InputStream in = store().openVersion(first, 2).orElseThrow()) {
            assertThat(in.readAllBytes()).isEqualTo(bytes("rst"));
        }
        store().put(uri("version"), bytes("other"), ContentType.TEXT);
        assertThat(store().openVersion(first, 0)).isEmpty();
        store().delete(uri("version"));
        assertThat(store().openVersion(first, 0)).isEmpty();
    }

    @Test
    void removesRepeatably() {
        store().put(uri("gone"), bytes("x"));
        store().delete(uri("gone"));
        store().delete(uri("gone"));

        assertThat(store().head(uri("gone"))).isEmpty();
    }

    @Test
    void namesWhatIsMissing() {
        ObjectUri nowhere =
                new ObjectUri("no-such-bucket-" + UUID.randomUUID().toString().substring(0, 8), "x");

        assertThat(store().head(uri("missing"))).isEmpty();
        assertThat(store().head(nowhere)).isEmpty();
        assertMissing(() -> store().open(uri("missing"), 0), "missing");
        String what = "bucket '%s' does not exist".formatted(nowhere.bucket());
        assertMissing(() -> store().open(nowhere, 0), what);
        assertMissing(() -> store().list(nowhere, null), what);
        assertMissing(() -> store().put(nowhere, bytes("x")), what);
    }

    private static void assertMissing(ThrowingCallable call, String name) {
        assertThatExceptionOfType(NotFound.class)
                .isThrownBy(call)
                .withMessageContaining(name)
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.OBJECT_PATH_MISSING));
    }

    private ObjectUri uri(String name) {
        return new ObjectUri(bucket(), folder + name);
    }

    private String read(ObjectUri uri, long offset) throws IOException {
        try (InputStream in = store().open(uri, offset)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
