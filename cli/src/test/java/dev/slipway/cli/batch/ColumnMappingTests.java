package dev.slipway.cli.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipway.cli.command.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ColumnMappingTests {

    @Test
    void numbersTheValuesOfASchemaInItsOrder() {
        assertThat(ColumnMapping.of("""
                [{"url":"/other","input_params":{"type":"string"}},
                 {"url":"/","input_params":{"type":"object","properties":{"b":{"type":"number"},
                    "rows":{"type":"array","items":[{"type":"object","properties":{"x":{"type":"string"},"a":{"type":"integer"}}}]},
                    "last":{"type":"array","items":{"type":"boolean"}}}}}]""", "iris").toString())
                .isEqualTo("{\"type\":\"object\",\"properties\":{\"b\":{\"type\":\"number\",\"index\":0},"
                        + "\"rows\":{\"type\":\"array\",\"items\":[{\"type\":\"object\",\"properties\":"
                        + "{\"x\":{\"type\":\"string\",\"index\":1},\"a\":{\"type\":\"integer\",\"index\":2}}}]},"
                        + "\"last\":{\"type\":\"array\",\"items\":[{\"type\":\"boolean\",\"index\":3}]}}}");
    }

    @Test
    void saysWhatToDoWithoutASchema() {
        for (String apis : new String[] {"[]", "[{\"url\":\"/\",\"input_params\":{}}]"}) {
            assertThatExceptionOfType(CommandFailure.class)
                    .isThrownBy(() -> ColumnMapping.of(apis, "iris"))
                    .withMessageContaining("model 'iris'")
                    .withMessageContaining("--mapping FILE");
        }
    }

    @Test
    void takesFilesOrTablesAndNoMixture(@TempDir Path folder) throws IOException {
        assertThatExceptionOfType(CommandFailure.class)
                .isThrownBy(() -> InputFiles.in(folder))
                .withMessageContaining("found none");
        Files.createDirectories(folder.resolve("deep"));
        Path table = Files.writeString(folder.resolve("deep/b.csv"), "1");
        Files.writeString(folder.resolve("a.csv"), "1");
        assertThat(InputFiles.in(folder).files().keySet()).containsExactly("a.csv", "deep/b.csv");
        assertThat(InputFiles.in(table).files()).containsOnlyKeys("b.csv");
        assertThat(InputFiles.in(table).areTables()).isTrue();

        Files.writeString(folder.resolve("c.json"), "1");
        assertThatExceptionOfType(CommandFailure.class)
                .isThrownBy(() -> InputFiles.in(folder))
                .withMessageContaining("'a.csv'")
                .withMessageContaining("'c.json'");
        assertThat(InputFiles.in(folder.resolve("c.json")).areTables()).isFalse();
    }
}
