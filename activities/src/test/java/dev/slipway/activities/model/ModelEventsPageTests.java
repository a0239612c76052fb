package dev.slipway.activities.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.domain.event.Event;
import dev.slipway.domain.model.ImportEvents;
import dev.slipway.domain.model.ModelAlias;
import dev.slipway.domain.model.ModelId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds docs/model-events.md to the events that the code can write. */
class ModelEventsPageTests {

    private static final Path ROOT = Path.of("..");
    /** They take the text of another one, or are no text of an event. */
    private static final Set<String> NO_TEXTS = Set.of("stepFailed", "gibibytes");

    private final List<Row> rows = rows();

    @Test
    void everyEventThatTheCodeCanWriteIsInTheTables() {
        assertThat(written()).hasSizeGreaterThan(30).allSatisfy(text -> assertThat(rows)
                .as(text)
                .filteredOn(row -> row.fits(text))
                .hasSize(1)
                .noneMatch(Row::isNever));
    }

    @Test
    void theFirstTableHasTheEventsOfTheGuide() {
        List<String> guide = guide();
        assertThat(guide).hasSize(45);
        assertThat(rows.stream().map(Row::text).toList())
                .doesNotHaveDuplicates()
                .startsWith(guide.toArray(new String[0]));
        assertThat(rows.stream().limit(45).filter(Row::isNever)).hasSize(10);
    }

    /** A test names each of them, and so has seen it occur. */
    @Test
    void everyEventThatTheCodeCanWriteIsInATest() throws IOException {
        String tests;
        try (Stream<Path> files = Files.walk(ROOT)) {
            tests = files.filter(path -> path.toString().contains("/src/test/java/")
                            || path.toString().contains("/testing/src/main/java/"))
                    .filter(path -> path.toString().endsWith(".java"))
                    .filter(path -> !path.endsWith("ModelEventsPageTests.java"))
                    .map(ModelEventsPageTests::read)
                    .collect(Collectors.joining());
        }
        Set<String> unseen = new TreeSet<>();
        for (Row row : rows) {
            boolean occurs = written().stream().anyMatch(row::fits);
            if (occurs && Arrays.stream(row.text().split("%[sd]", -1)).anyMatch(part -> !tests.contains(part))) {
                unseen.add(row.text());
            }
        }
        assertThat(unseen).isEmpty();
    }

    private static Set<String> written() {
        Set<String> texts = new TreeSet<>();
        for (Method method : ImportEvents.class.getDeclaredMethods()) {
            if (!Modifier.isPublic(method.getModifiers()) || NO_TEXTS.contains(method.getName())) {
                continue;
            }
            Object[] arguments = Arrays.stream(method.getParameterTypes())
                    .map(ModelEventsPageTests::any)
                    .toArray();
            try {
                Object made = method.invoke(null, arguments);
                texts.add(made instanceof Event event ? event.info() : String.valueOf(made));
            } catch (ReflectiveOperationException e) {
                throw new LinkageError("event '%s' cannot be made".formatted(method.getName()), e);
            }
        }
        return texts;
    }

    private static Object any(Class<?> type) {
        if (type == ModelId.class) {
            return ModelId.random();
        }
        if (type == ModelAlias.class) {
            return ModelAlias.parse("iris@champion");
        }
        if (type == Instant.class) {
            return Instant.EPOCH;
        }
        if (type == int.class) {
            return 2;
        }
        return type == long.class ? (Object) 2L : "something";
    }

    private static List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        for (String line : read(ROOT.resolve("docs/model-events.md")).lines().toList()) {
            String[] cells = line.split(" ?[|] ?", -1);
            if (cells.length == 5
                    && (cells[2].startsWith("normal")
                            || cells[2].startsWith("abnormal")
                            || cells[2].startsWith("hint"))) {
                rows.add(new Row(cells[1], cells[3]));
            }
        }
        return rows;
    }

    private static List<String> guide() {
        return List.copyOf(read(Path.of("src/test/resources/dev/slipway/activities/model/guide-2.6.txt"))
                .lines()
                .toList());
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One line of a table. */
    private record Row(String text, String when) {

        boolean isNever() {
            return when.startsWith("never");
        }

        boolean fits(String written) {
            String pattern =
                    Arrays.stream(text.split("%[sd]", -1)).map(Pattern::quote).collect(Collectors.joining(".+"));
            return written.matches(pattern);
        }
    }
}
