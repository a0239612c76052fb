package dev.slipway.standalone.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.workflows.contract.Attributes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class SavedQueriesTests {

    private static final Path DOCUMENT = Path.of(System.getProperty("slipway.home", ".."), "docs", "temporal-ui.md");

    @Test
    void areInTheDocumentToTheLetter() throws IOException {
        String document = Files.readString(DOCUMENT);

        assertThat(SavedQueries.ALL).hasSize(3).allSatisfy(query -> assertThat(document)
                .contains(query.text()));
    }

    @Test
    void askForTheStatusAndForAttributesThatAreThere() {
        for (SavedQueries.Query query : SavedQueries.ALL) {
            assertThat(query.text()).containsPattern("ExecutionStatus (=|IN) ");
            Matcher names = Pattern.compile("Slipway[A-Za-z]+").matcher(query.text());
            while (names.find()) {
                assertThat(Attributes.ALL).extracting(key -> key.getName()).contains(names.group());
            }
        }
    }

    /** An ended run keeps what was so when it ended: an auto-stop that has long been switched off. */
    @Test
    void thoseOfTheDocumentAboutWhatIsDueOrAtWorkAskForRunsThatGoOn() throws IOException {
        assertThat(Files.readAllLines(DOCUMENT))
                .filteredOn(line -> line.matches("[A-Za-z]+ (=|<|IN|STARTS_WITH) .*"))
                .hasSizeGreaterThan(5)
                .filteredOn(line -> line.contains("SlipwayAutoStopAt")
                        || line.contains("\"waiting\"")
                        || line.contains("SlipwayKind IN"))
                .hasSize(3)
                .allMatch(line -> line.startsWith("ExecutionStatus = \"Running\" AND "));
    }

    /** A misspelt type, an input that cannot be read, the hourly removal and what was ended by hand are of no kind. */
    @Test
    void findWhatFailedWhateverItIs() {
        assertThat(SavedQueries.ALL.getFirst().text())
                .doesNotContain("Slipway")
                .contains("\"Failed\"", "\"TimedOut\"", "\"Terminated\"");
    }

    @Test
    void arePagesOfTheUi() {
        assertThat(SavedQueries.ALL.getFirst().address("http://127.0.0.1:7305/namespaces/slipway/workflows"))
                .hasValueSatisfying(address -> assertThat(address)
                        .startsWith(
                                "http://127.0.0.1:7305/namespaces/slipway/workflows?query=ExecutionStatus%20IN%20%28%22Failed%22%2C")
                        .doesNotContain("+"));
        assertThat(SavedQueries.ALL.getFirst().address("")).isEmpty();
    }
}
