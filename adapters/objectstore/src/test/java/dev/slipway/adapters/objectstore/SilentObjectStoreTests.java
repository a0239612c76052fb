package dev.slipway.adapters.objectstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipway.domain.problem.Unavailable;
import dev.slipway.domain.storage.ContentType;
import dev.slipway.domain.storage.ObjectUri;
import dev.slipway.domain.storage.StoredObject;
import dev.slipway.testing.fault.SilentServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A server that accepts connections and never answers, as one that was stopped by SIGSTOP does. */
@Timeout(20)
class SilentObjectStoreTests {

    private static final Duration LIMIT = Duration.ofMillis(300);
    private static final ObjectUri FILE = new ObjectUri("models", "iris/model/config.json");

    private SilentServer server = SilentServer.start();
    private S3ObjectStore store = to(server);

    @AfterEach
    void close() {
        store.close();
        server.close();
    }

    private static S3ObjectStore to(SilentServer server) {
        return S3ObjectStore.open(
                new ObjectStoreProperties("http://127.0.0.1:" + server.port(), "us-east-1", "slipway", "secret"),
                1L << 30,
                LIMIT);
    }

    record Operation(String name, Consumer<S3ObjectStore> call) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Operation> operations() {
        return Stream.of(
                new Operation("list", store -> store.list(FILE, null)),
                new Operation("head", store -> store.head(FILE)),
                new Operation("open", store -> store.open(FILE, 0)),
                new Operation("openVersion", store -> store.openVersion(new StoredObject(FILE, 1, "e"), 0)),
                new Operation("put", store -> store.put(FILE, new byte[] {1})),
                new Operation("putIfAbsent", store -> store.putIfAbsent(FILE, new byte[] {1})),
                new Operation("delete", store -> store.delete(FILE)));
    }

    /** The SDK would try it three times and more. */
    @ParameterizedTest
    @MethodSource("operations")
    void saysSoOnceTheLimitIsOver(Operation operation) {
        assertThatExceptionOfType(Unavailable.class)
                .isThrownBy(() -> operation.call().accept(store))
                .withMessageContaining("object storage does not answer for 'obs://models/iris/model/config.json'")
                .withMessageContaining("no byte moved for 300 ms");
        assertThat(server.connections()).isLessThanOrEqualTo(1);
    }

    /** More than the buffers of both ends take, so that the write itself hangs; the JDK has no time-out for that. */
    @Test
    void endsAWriteThatHangs(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("large.bin");
        try (RandomAccessFile large = new RandomAccessFile(file.toFile(), "rw")) {
            large.setLength(256L << 20);
        }

        assertThatExceptionOfType(Unavailable.class)
                .isThrownBy(() -> store.put(FILE, file, ContentType.BYTES))
                .withMessageContaining("no byte moved for 300 ms");
    }

    @Test
    void endsAReadThatHangs() throws IOException {
        close();
        server = SilentServer.saying(
                "HTTP/1.1 200 OK\r\nContent-Length: 10\r\nETag: \"e\"\r\n\r\nabc".getBytes(StandardCharsets.US_ASCII));
        store = to(server);

        try (InputStream bytes = store.open(FILE, 0)) {
            assertThat(bytes.readNBytes(3)).asString(StandardCharsets.US_ASCII).isEqualTo("abc");
            assertThatExceptionOfType(IOException.class).isThrownBy(bytes::read);
        }
    }
}
