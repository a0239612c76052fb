package dev.slipway.api.operation;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/** The list of operations that the API is checked against: {@code operations.txt} beside this class. */
public final class Operations {

    private static final String FILE = "operations.txt";
    private static final List<Operation> ALL = read();
    private static final List<NotBuilt> NOT_BUILT = ALL.stream()
            .filter(operation -> !operation.isBuilt())
            .map(operation -> new NotBuilt(operation, operation.paths()))
            .toList();

    private Operations() {}

    static List<Operation> all() {
        return ALL;
    }

    /** The operation of that method and path template; empty if the list has none. */
    static Optional<Operation> of(String method, String path) {
        return ALL.stream()
                .filter(operation ->
                        operation.method().equals(method) && operation.path().equals(path))
                .findFirst();
    }

    /**
     * The operation of the wire contract at that path that this version does not have, so that the refusal can name it; empty if there is
     * none. If no method of the path is built, the method is ignored.
     */
    public static Optional<String> notBuilt(String method, String path) {
        return NOT_BUILT.stream()
                .filter(each -> each.paths().matcher(path).matches())
                .map(NotBuilt::operation)
                .filter(operation -> operation.method().equals(method) || !isBuiltAtAll(operation.path()))
                .map(Operation::title)
                .findFirst();
    }

    private static boolean isBuiltAtAll(String path) {
        return ALL.stream().anyMatch(each -> each.isBuilt() && each.path().equals(path));
    }

    private static List<Operation> read() {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(Operations.class.getResourceAsStream(FILE)), StandardCharsets.UTF_8))) {
            return lines.lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(Operations::parse)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Operation parse(String line) {
        String[] cells = line.split(" *\\| *", -1);
        return new Operation(
                cells[0],
                cells[1],
                cells[2],
                Operation.State.valueOf(cells[3].replace('-', '_').toUpperCase(Locale.ROOT)),
                cells[4]);
    }

    private record NotBuilt(Operation operation, Pattern paths) {}
}
