package dev.slipway.domain.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.slipway.domain.storage.ObjectUri;
import dev.slipway.domain.storage.StoredObject;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FetchedFilesTests {

    private static final FetchedFiles FILES = new FetchedFiles(
            List.of(file("model/weights", 7_000_000_000L, "e"), file("model/a b/模型\n.bin", 0, "\"e\"-2 %")));

    @Test
    void areReadAsTheyWereWritten() {
        assertThat(FetchedFiles.parse(FILES.toText())).isEqualTo(FILES);
        assertThat(FetchedFiles.parse("")).isEqualTo(new FetchedFiles(List.of()));
        assertThat(FILES.bytes()).isEqualTo(7_000_000_000L);
    }

    @Test
    void haveALineForEachFile() {
        assertThat(FILES.toText().lines())
                .hasSize(2)
                .first()
                .isEqualTo("model%2Fweights 7000000000 p e bucket some%2Fkey");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "model%2Fweights 1 p e bucket",
                "model%2Fweights one p e bucket key",
                "..%2F..%2Fetc%2Fpasswd 1 p e bucket key",
                "%2Fetc%2Fpasswd 1 p e bucket key",
                "model%2Fweights -1 p e bucket key"
            })
    void refusesOtherTexts(String line) {
        assertThatIllegalArgumentException().isThrownBy(() -> FetchedFiles.parse(line));
    }

    private static FetchedFiles.Entry file(String path, long size, String etag) {
        return new FetchedFiles.Entry(
                path, new ImageFile.Origin("p", new StoredObject(new ObjectUri("bucket", "some/key"), size, etag)));
    }
}
